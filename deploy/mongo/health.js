/* eslint-disable */
// The health check of mongo, run by mongosh in its container. It also does what a first start needs, each step only
// where it has not been done: the replica set of one, the administrator, VEGA's own user. So a start that was cut off
// in the middle is mended by the next check. Fails until all is there and writes are taken.
const fs = require("node:fs");
const secret = (name) => fs.readFileSync(`/run/secrets/${name}`, "utf8").trim();

const AUTHENTICATION_FAILED = 18;
// Other containers reach it by this name: it is what the driver is told to go to.
const MEMBER = "mongo:27017";

const admin = connect(
  "mongodb://127.0.0.1:27017/admin?directConnection=true&serverSelectionTimeoutMS=3000",
);

// As long as there is no user, MongoDB lets a client on its own machine in: the localhost exception.
if (!admin.hello().setName) {
  admin.adminCommand({
    replSetInitiate: { _id: "vega", members: [{ _id: 0, host: MEMBER }] },
  });
}
for (let n = 0; !admin.hello().isWritablePrimary; n += 1) {
  if (n === 50) throw new Error("is no primary yet");
  sleep(100);
}

const root = { user: "root", pwd: secret("mongo_root_password") };
try {
  admin.auth(root);
} catch (error) {
  if (error.code !== AUTHENTICATION_FAILED) throw error;
  admin.createUser({ ...root, roles: ["root"] });
  admin.auth(root);
}
const vega = admin.getSiblingDB("vega");
if (!vega.getUser("vega")) {
  vega.createUser({
    user: "vega",
    pwd: secret("mongo_vega_password"),
    // dbAdmin: a new version brings the validators of collections up to date (collMod).
    roles: ["readWrite", "dbAdmin"],
  });
}
