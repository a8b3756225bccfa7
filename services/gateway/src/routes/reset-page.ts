import type { Routes } from "../dependencies.ts";
import { pageHeaders } from "../plugins/security-headers.ts";

/* The page of a password-reset link. The token is in the fragment of the URL, so no server logs it. */

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>A new password for VEGA</title>
<style>
  body { font: 1rem/1.5 system-ui; max-width: 24rem; margin: 4rem auto; padding: 0 1rem; }
  input, button { font: inherit; display: block; width: 100%; box-sizing: border-box; margin: .5rem 0; padding: .5rem; }
</style>
<h1>A new password</h1>
<form>
  <label>New password <input type="password" name="password" autocomplete="new-password" required minlength="8"></label>
  <button>Set it</button>
</form>
<p role="status"></p>
<script src="/reset.js" defer></script>
</html>
`;

const SCRIPT = `const form = document.querySelector("form");
const status = document.querySelector("p");
const token = new URLSearchParams(location.hash.slice(1)).get("token");
if (!token) status.textContent = "This link has no token. Request a new one.";
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const result = await fetch("/api/auth/password/reset", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token, new_password: form.elements.password.value }),
  });
  const body = await result.json();
  const why = [body.detail, ...(body.errors ?? []).map(({ message }) => message)].join(": ");
  status.textContent = result.ok ? "Done. Log in with the new password." : why;
  if (result.ok) form.remove();
});
`;

export const resetPageRoutes: Routes = async (app) => {
  await app.register(async (pages) => {
    await pages.register(pageHeaders);
    const hidden = { config: { access: "open" }, schema: { hide: true } } as const;
    pages.get("/reset", hidden, (_request, reply) =>
      reply.header("content-type", "text/html; charset=utf-8").send(PAGE),
    );
    pages.get("/reset.js", hidden, (_request, reply) =>
      reply.header("content-type", "text/javascript; charset=utf-8").send(SCRIPT),
    );
  });
};
