/** Work on one thing happens one at a time and in the order it was asked for; on different things, at once. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /** Does `work` once everything asked for earlier on any of `things` has ended. */
  take<T>(things: readonly string[], work: () => Promise<T>): Promise<T> {
    const before = Promise.all(things.map((thing) => this.#last.get(thing)));
    const result = before.then(work);
    const ended = result.then(
      () => {},
      () => {},
    );
    for (const thing of things) this.#last.set(thing, ended);
    return result;
  }
}

export const dropletTurn = (id: number) => `droplet:${id}`;
export const volumeTurn = (id: string) => `volume:${id}`;
export const reservedIpTurn = (ip: string) => `reserved_ip:${ip}`;
