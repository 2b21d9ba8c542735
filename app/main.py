"""What `streamlit run` is given: the server's own routes, and the script that draws every page."""

import os
import sys
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:  # `streamlit run` puts app/ there, not the folder that holds app and lpd
    sys.path.insert(0, str(ROOT))

# as lpd.cli does it: torch's threads wait for each other without spinning
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from app.map_route import map_routes  # noqa: E402
from app.media import media_routes  # noqa: E402

BASE = st.get_option("server.baseUrlPath")

app = st.App(Path(__file__).with_name("frame.py"), routes=[*media_routes(BASE), *map_routes(BASE)])
