// The health check of a container: exit code 0 if its service is ready.
const url = process.env.HEALTH_URL ?? "http://127.0.0.1:8081/readyz";
try {
  const response = await fetch(url, { signal: AbortSignal.timeout(3_000) });
  // Docker stores it for `docker inspect`.
  console.log(response.status, await response.text());
  process.exitCode = response.status === 200 ? 0 : 1;
} catch (error) {
  console.log(String(error.cause ?? error));
  process.exitCode = 1;
}
