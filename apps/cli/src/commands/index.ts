import type { Command } from "../command.ts";
import { auditVerify } from "./audit-verify.ts";
import { backup } from "./backup.ts";
import { doctor } from "./doctor.ts";
import { exportState } from "./export.ts";
import { help } from "./help.ts";
import { importState } from "./import.ts";
import { libraryAdd } from "./library-add.ts";
import { libraryImport } from "./library-import.ts";
import { replay } from "./replay.ts";
import { resetPassword } from "./reset-password.ts";
import { restore } from "./restore.ts";
import { secretsCompose } from "./secrets-compose.ts";
import { secretsKubernetes } from "./secrets-kubernetes.ts";
import { start } from "./start.ts";
import { version } from "./version.ts";

/** All commands, in the order of the help. */
export const commands: readonly Command[] = [
  start,
  doctor,
  backup,
  restore,
  replay,
  auditVerify,
  importState,
  exportState,
  libraryAdd,
  libraryImport,
  resetPassword,
  secretsCompose,
  secretsKubernetes,
  version,
  help,
];
