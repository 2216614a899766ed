import { serve } from "../shared/serve.ts";
import { randomPassword } from "./random-password.ts";

await serve("random", { "random:index/randomPassword:RandomPassword": randomPassword });
