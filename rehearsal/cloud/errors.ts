/** An answer that is not the one asked for: DigitalOcean's status code and `{id, message}`. */
export class ApiError extends Error {
  readonly status: number;
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, id: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.id = id;
    this.headers = headers;
  }
}

export const badRequest = (message: string) => new ApiError(400, "bad_request", message);
export const unauthorized = () => new ApiError(401, "unauthorized", "Unable to authenticate you.");
export const forbidden = (message: string) => new ApiError(403, "forbidden", message);
export const notFound = () =>
  new ApiError(404, "not_found", "The resource you were accessing could not be found.");
export const conflict = (message: string) => new ApiError(409, "conflict", message);
export const preconditionFailed = (message: string) => new ApiError(412, "precondition_failed", message);
export const unprocessable = (message: string) => new ApiError(422, "unprocessable_entity", message);

/** Official clients compare this text and try again when they see it. */
export const pendingEvent = () => unprocessable("Droplet already has a pending event.");

/** What a World threw, as text. */
export const reason = (error: unknown) => (error instanceof Error ? error.message : String(error));
