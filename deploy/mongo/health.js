/* eslint-disable */
// The health check of mongo, run by mongosh in its container. It also performs each missing step of a first start:
// replica set, administrator, VEGA's user. The next check completes an interrupted start. Fails until all of them
// exist and this member, or another one, accepts writes.
const fs = require("node:fs");
const secret = (name) => fs.readFileSync(`/run/secrets/${name}`, "utf8").trim();

const AUTHENTICATION_FAILED = 18;
// Names by which members and the driver reach each member. The first member initiates the replica set.
const MEMBERS = (process.env.VEGA_MONGO_MEMBERS ?? "mongo:27017").split(",");
const isFirst = MEMBERS[0].split(/[.:]/)[0] === (process.env.VEGA_MONGO_NAME ?? "mongo");

const admin = connect(
  "mongodb://127.0.0.1:27017/admin?directConnection=true&serverSelectionTimeoutMS=3000",
);

// Until a user exists, MongoDB accepts local clients without credentials: the localhost exception.
if (!admin.hello().setName) {
  if (!isFirst) throw new Error("is in no set yet");
  admin.adminCommand({
    replSetInitiate: { _id: "vega", members: MEMBERS.map((host, _id) => ({ _id, host })) },
  });
}
const role = () => {
  const hello = admin.hello();
  if (hello.isWritablePrimary) return "primary";
  return MEMBERS.length !== 1 && hello.secondary && hello.primary ? "secondary" : undefined;
};
for (let n = 0; !role(); n += 1) {
  if (n === 50) throw new Error("is no primary yet, and knows none");
  sleep(100);
}

// Secondaries replicate the users.
if (role() === "primary") {
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
      // dbAdmin: a newer version updates the validators of collections (collMod).
      roles: ["readWrite", "dbAdmin"],
    });
  }
}
