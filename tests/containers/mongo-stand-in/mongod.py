#!/opt/secantus/bin/python
"""A stand-in for mongod: SecantusDB with what a replica set with a key file does at its first start.

Like mongod, and unlike SecantusDB alone: it refuses a key file that others may read, is no primary before
replSetInitiate, names the member's host as it was initiated, requires authentication, and lets only a client on the
loopback interface in without it, as long as there is no user (the localhost exception).
The key itself is not used: there are no other members.
"""

import argparse
import ipaddress
import json
import logging
import pathlib
import re
import signal
import sys

from secantus import server as wire
from secantus.server import SecantusDBServer

options = argparse.ArgumentParser()
options.add_argument("--replSet", required=True)
options.add_argument("--keyFile", required=True, type=pathlib.Path)
options.add_argument("--bind_ip_all", action="store_true", required=True)
options.add_argument("--dbpath", default="/data/db", type=pathlib.Path)
options.add_argument("--wiredTigerCacheSizeGB", default=0.25, type=float)
options.add_argument("--quiet", action="store_true")
args = options.parse_args()


def refuse(reason: str) -> None:
    sys.exit(f"mongod (stand-in): {reason}")


def check_key_file(path: pathlib.Path) -> None:
    if path.stat().st_mode & 0o077:
        refuse(f"permissions on {path} are too open")
    if not re.fullmatch(r"[A-Za-z0-9+/=\s]{6,1024}", path.read_text()):
        refuse(f"{path} is no key file")


check_key_file(args.keyFile)
# Beside the database, as mongod keeps it inside.
member_file = args.dbpath / "stand-in-member.json"
member = json.loads(member_file.read_text()) if member_file.exists() else None


def initiate(config: dict) -> dict:
    global member
    if member is not None:
        return {"ok": 0.0, "errmsg": "already initialized", "code": 23, "codeName": "AlreadyInitialized"}
    members = config.get("members", [])
    if config.get("_id") != args.replSet or len(members) != 1:
        return {"ok": 0.0, "errmsg": "no such set", "code": 93, "codeName": "InvalidReplicaSetConfig"}
    host, _, port = members[0]["host"].partition(":")
    member = [host, int(port or 27017)]
    member_file.write_text(json.dumps(member))
    return {"ok": 1.0}


def is_local(context) -> bool:
    connection = context.connections.get(context.connection_id)
    return connection is not None and ipaddress.ip_address(connection.peer_addr[0]).is_loopback


dispatch = wire.dispatch


def dispatch_as_mongod(body: dict, context) -> dict:
    name = next(iter(body))
    context.replica_set_name = args.replSet if member else None
    if member:
        context.server_address = tuple(member)
    if not context.storage.list_users(None) and is_local(context):
        context.require_auth = False
    if name == "replSetInitiate":
        if context.require_auth and not (context.connection_auth and context.connection_auth.is_authenticated):
            return {"ok": 0.0, "errmsg": "requires authentication", "code": 13, "codeName": "Unauthorized"}
        return initiate(body[name] or {})
    answer = dispatch(body, context)
    if name.lower() in ("hello", "ismaster") and not member:
        answer.update({"isWritablePrimary": False, "ismaster": False, "secondary": False, "isreplicaset": True})
    return answer


wire.dispatch = dispatch_as_mongod
logging.basicConfig(level="WARNING", format="%(asctime)s %(levelname)s %(name)s: %(message)s")
server = SecantusDBServer(
    host="0.0.0.0",
    port=27017,
    storage_path=str(args.dbpath / "secantus"),
    require_auth=True,
    replica_set_name=args.replSet,
    cache_size=f"{int(args.wiredTigerCacheSizeGB * 1024)}M",
    # Without it `j: true` is taken and not kept.
    sync_on_commit=True,
)


def stop(_signal, _frame) -> None:
    server.stop()
    sys.exit(0)


signal.signal(signal.SIGTERM, stop)
signal.signal(signal.SIGINT, stop)
server.start()
print("mongod (stand-in): SecantusDB listens on 27017", flush=True)
server.wait()
