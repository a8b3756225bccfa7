/* eslint-disable */
// The health check of mongo, run by mongosh in its container. It also does what a first start needs, each step only
// where it has not been done: the replica set, the administrator, VEGA's own user. So a start that was cut off
// in the middle is mended by the next check. Fails until all is there and writes are taken: here, or by another member.
const fs = require("node:fs");
const secret = (name) => fs.readFileSync(`/run/secrets/${name}`, "utf8").trim();

const AUTHENTICATION_FAILED = 18;
// By these names members reach each other, and the driver is told to go to them. The first one makes the set.
const MEMBERS = (process.env.VEGA_MONGO_MEMBERS ?? "mongo:27017").split(",");
const isFirst = MEMBERS[0].split(/[.:]/)[0] === (process.env.VEGA_MONGO_NAME ?? "mongo");

const admin = connect(
  "mongodb://127.0.0.1:27017/admin?directConnection=true&serverSelectionTimeoutMS=3000",
);

// As long as there is no user, MongoDB lets a client on its own machine in: the localhost exception.
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

// A secondary takes the users over.
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
      // dbAdmin: a new version brings the validators of collections up to date (collMod).
      roles: ["readWrite", "dbAdmin"],
    });
  }
}
