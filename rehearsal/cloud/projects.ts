import { randomUUID } from "node:crypto";
import { notFound, preconditionFailed, unprocessable } from "./errors.ts";
import type { Fields } from "./fields.ts";
import { now } from "./ids.ts";
import { paged } from "./pages.ts";
import { assignTo, resourceView } from "./project-resources.ts";
import { type Call, created, del, get, noContent, ok, patch, post, put, type Route } from "./router.ts";
import type { State } from "./state.ts";

/** A folder for resources; every resource is in one, at first in the default one. */
export interface Project {
  readonly id: string;
  readonly createdAt: string;
  /** URNs, and when each came. */
  readonly resources: Map<string, string>;
  name: string;
  description: string;
  purpose: string;
  environment: string;
  isDefault: boolean;
  updatedAt: string;
}

const ENVIRONMENTS = ["", "Development", "Staging", "Production"];

export const defaultProject = (id: string, createdAt: string): Project => ({
  id,
  createdAt,
  updatedAt: createdAt,
  name: "first",
  description: "",
  purpose: "Web Application",
  environment: "Production",
  isDefault: true,
  resources: new Map(),
});

export function mainProject(state: State): Project {
  const project = [...state.projects.values()].find((candidate) => candidate.isDefault);
  if (!project) throw new Error("there is always a default project");
  return project;
}

function known(state: State, call: Call): Project {
  const id = call.param("project");
  const project = id === "default" ? mainProject(state) : state.projects.get(id);
  if (!project) throw notFound();
  return project;
}

const projectView = (project: Project) => ({
  id: project.id,
  owner_uuid: "00000000-0000-4000-8000-000000000001",
  owner_id: 258_992,
  name: project.name,
  description: project.description,
  purpose: project.purpose,
  environment: project.environment,
  is_default: project.isDefault,
  created_at: project.createdAt,
  updated_at: project.updatedAt,
});

function change(state: State, project: Project, body: Fields): void {
  const name = body.text("name") ?? project.name;
  const environment = body.text("environment") ?? project.environment;
  if (name === "" || name.length > 175) throw unprocessable("name must have 1 to 175 characters.");
  if ([...state.projects.values()].some((other) => other.name === name && other !== project))
    throw unprocessable("name is already in use by another project.");
  if (!ENVIRONMENTS.includes(environment))
    throw unprocessable("environment must be Development, Staging or Production.");
  project.name = name;
  project.environment = environment;
  project.description = body.text("description") ?? project.description;
  project.purpose = body.text("purpose") ?? project.purpose;
  project.updatedAt = now();
  if (body.flag("is_default") && !project.isDefault) {
    mainProject(state).isDefault = false;
    project.isDefault = true;
  }
}

function update(state: State, call: Call) {
  const project = known(state, call);
  change(state, project, call.body);
  return ok({ project: projectView(project) });
}

function create(state: State, call: Call) {
  call.body.requiredText("name");
  call.body.requiredText("purpose");
  const project: Project = { ...defaultProject(randomUUID(), now()), name: "", isDefault: false };
  change(state, project, call.body);
  state.projects.set(project.id, project);
  return created({ project: projectView(project) });
}

export const projectRoutes = (state: State): readonly Route[] => [
  get("/v2/projects", (call) => paged(call, "projects", state.projects.values(), projectView)),
  post("/v2/projects", (call) => create(state, call)),
  get("/v2/projects/:project", (call) => ok({ project: projectView(known(state, call)) })),
  put("/v2/projects/:project", (call) => update(state, call)),
  patch("/v2/projects/:project", (call) => update(state, call)),
  del("/v2/projects/:project", (call) => {
    const project = known(state, call);
    if (project.isDefault) throw preconditionFailed("cannot delete the default project");
    if (project.resources.size > 0)
      throw preconditionFailed("cannot delete a project with resources. move or remove the resources first");
    state.projects.delete(project.id);
    return noContent;
  }),
  get("/v2/projects/:project/resources", (call) =>
    paged(call, "resources", known(state, call).resources, ([urn, at]) => resourceView(call, urn, at, "ok")),
  ),
  post("/v2/projects/:project/resources", (call) => {
    const project = known(state, call);
    const resources = call.body
      .texts("resources")
      .map((urn) => resourceView(call, urn, now(), assignTo(state, project, urn)));
    return ok({ resources, links: {}, meta: { total: resources.length } });
  }),
];
