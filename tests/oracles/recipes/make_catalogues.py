"""Makes the catalogues of Dolma and NeMo Curator from the published packages, at the versions below.

The packages are downloaded without what they depend on, unpacked below .cache/packages and read as text; nothing of
them is installed.
"""

import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
UNPACKED = HERE.parents[2] / ".cache" / "packages"
DIALECTS = HERE.parents[2] / "language-server" / "dialects"
PACKAGES = [
    ("dolma", "1.2.1", "dolma_catalogue.py", DIALECTS / "dolma" / "catalogue" / "dolma.taggers.json"),
    ("nemo-curator", "1.4.0", "nemo_catalogue.py", DIALECTS / "nemo-curator" / "catalogue" / "nemo-curator.classes.json"),
]

for package, version, script, out in PACKAGES:
    with tempfile.TemporaryDirectory() as folder:
        download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "-d", folder, f"{package}=={version}"]
        subprocess.run(download, check=True)
        (wheel,) = Path(folder).glob("*.whl")
        unpacked = UNPACKED / package
        shutil.rmtree(unpacked, ignore_errors=True)
        zipfile.ZipFile(wheel).extractall(unpacked)
        text = subprocess.run([sys.executable, HERE / script, unpacked, version], check=True, capture_output=True, text=True).stdout
        out.write_text(text, "utf8")
        print(f"{out.name}: {package} {version}")
