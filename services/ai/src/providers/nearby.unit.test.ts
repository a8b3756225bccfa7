import { expect, test } from "vitest";
import { isNearby } from "./nearby.ts";

test.each([
  "http://localhost:11434/v1",
  "http://127.0.0.1:8000",
  "http://[::1]:8000/v1",
  "http://[::ffff:127.0.0.1]/v1",
  "http://10.1.2.3/v1",
  "http://172.31.0.2",
  "https://192.168.178.20/v1",
  "http://[fd00::1]/v1",
  "http://ollama:11434/v1",
  "http://host.docker.internal:11434/v1",
  "http://gpu.local/v1",
  "http://vllm.models.svc.cluster.local/v1",
])("%s is nearby", (url) => expect(isNearby(url)).toBe(true));

test.each([
  "https://api.openai.com/v1",
  "https://172.32.0.1/v1",
  "http://8.8.8.8",
  "http://[2001:db8::1]/v1",
  "https://local.example.com",
  "",
  "no url",
])("%s is not nearby", (url) => expect(isNearby(url)).toBe(false));
