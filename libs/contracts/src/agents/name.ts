import { z } from "zod";

/** Of agents and modules. */
export const nameSchema = z
  .string()
  .regex(
    /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}$/,
    "use 1 to 64 letters, digits, _ . or -, the first a letter or digit",
  )
  .refine(
    (name) => !["constructor", "prototype"].includes(name),
    "this name is reserved; choose another",
  );
