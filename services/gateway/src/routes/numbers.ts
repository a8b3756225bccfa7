import { z } from "zod";

const toNumber = (value: unknown): unknown =>
  typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;

/** A number in a URL, as digits and nothing else: what `Number` takes for one beside that was meant otherwise. */
export const wholeNumber = (least: number, most: number = Number.MAX_SAFE_INTEGER) =>
  z.preprocess(toNumber, z.int({ error: "has to be a whole number" }).min(least).max(most));
