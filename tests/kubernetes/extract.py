"""Takes the schemas of some versions of Kubernetes out of the package that carries them: extract.py WHEEL INTO VERSION..."""

import pathlib
import sys
import zipfile

wheel, into, *versions = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for version in versions:
        name = f"kubernetes_validate/kubernetes-json-schema/v{version}.0-local-strict/_definitions.json"
        pathlib.Path(into, f"{version}.json").write_bytes(archive.read(name))
