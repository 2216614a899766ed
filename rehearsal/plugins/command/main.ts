import { serve } from "../shared/serve.ts";
import { localCommand } from "./local-command.ts";

await serve("command", { "command:local:Command": localCommand });
