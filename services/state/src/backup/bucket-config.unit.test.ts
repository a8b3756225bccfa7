import { expect, test } from "vitest";
import { bucketConfig, placeOf } from "./bucket-config.ts";

test.each([
  ["s3://backups/a/b.vega", { bucket: "backups", key: "a/b.vega" }],
  ["s3://backups/a/", { bucket: "backups", key: "a" }],
  ["s3://backups", { bucket: "backups", key: "" }],
  ["backups/b.vega", undefined],
  ["./s3/b.vega", undefined],
])("%s is a place, or a path", (url, place) => expect(placeOf(url)).toEqual(place));

test.each(["s3://", "s3:/x", "s3://a", "s3://un_der/x"])("%s names no bucket", (url) => {
  expect(() => placeOf(url)).toThrow("must be s3://bucket/key");
});

test("an endpoint of one's own takes the bucket's name in the path, unless told otherwise", () => {
  const own = { VEGA_S3_ENDPOINT: "http://127.0.0.1:9000" };
  expect(bucketConfig({})).toMatchObject({ region: "us-east-1", pathStyle: false });
  expect(bucketConfig(own)).toMatchObject({ endpoint: own.VEGA_S3_ENDPOINT, pathStyle: true });
  expect(bucketConfig({ ...own, VEGA_S3_PATH_STYLE: "false" }).pathStyle).toBe(false);
});

test.each([
  [{ VEGA_S3_ENDPOINT: "127.0.0.1:9000" }, "VEGA_S3_ENDPOINT: must be the URL"],
  [{ VEGA_S3_KEY_ID: "a" }, "VEGA_S3_KEY_ID and VEGA_S3_SECRET: both or none"],
  [{ VEGA_S3_PATH_STYLE: "yes" }, "VEGA_S3_PATH_STYLE: must be true or false"],
])("%j is refused", (env, message) => expect(() => bucketConfig(env)).toThrow(message));
