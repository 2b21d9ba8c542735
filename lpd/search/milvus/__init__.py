"""Milvus as the engine of collections that outgrow one machine; needs the extra `milvus`.

The same code talks to a file inside this process (milvus-lite), to `milvus-lite server`, and to a Milvus
server. `lpd index --kind milvus` builds, `lpd.search.open_engine` opens what was built like any other index.

>>> from lpd.search.milvus import milvus_settings
>>> milvus_settings({"LPD_MILVUS_URI": "http://user:secret@127.0.0.1:19530"}).uri
'http://127.0.0.1:19530'
"""

from lpd.search.milvus.build import build_milvus_index
from lpd.search.milvus.index import MilvusIndex
from lpd.search.milvus.opening import open_milvus_index
from lpd.search.milvus.settings import MilvusSettings, milvus_settings

__all__ = [
    "MilvusIndex",
    "MilvusSettings",
    "build_milvus_index",
    "milvus_settings",
    "open_milvus_index",
]
