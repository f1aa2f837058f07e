"""CLIP's own tokenizer: the tables that the engine counts with, and its readings of texts as goldens.

Run by `npm run oracles`. The tables are those of openai/CLIP (MIT) and of HTML; the texts are ours.
"""

import html.entities
import importlib.metadata
import importlib.util
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
TABLES = HERE.parent.parent / "extension/engine/captions/clip"


def load_tokenizer():
    """The package's module alone: the package itself wants torch."""
    folder = pathlib.Path(importlib.util.find_spec("clip").submodule_search_locations[0])
    spec = importlib.util.spec_from_file_location("simple_tokenizer", folder / "simple_tokenizer.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.SimpleTokenizer()


TEXTS = [
    "",
    "a photo of a cat",
    "A Photo  of a\tCAT!\n",
    "Echinops Bannaticus Blue Glow Globe flower, f/2.8, ISO 100",
    "it's they'll we've I'm he'd don't DON'T O'Neill's",
    "1234567890 3.14 10,000 ½ ² Ⅷ",
    "<|startoftext|>hello<|endoftext|>",
    "Caf\u00e9 cafe\u0301 na\u00efve \u00fcber stra\u00dfe \u0130stanbul",
    "\u201cquoted\u201d \u2018single\u2019 \u2013 \u2014 \u2026 \ufb01ne \ufb02ag \u0132",
    "&amp; &lt;b&gt; &quot;x&quot; &eacute; &#233; &#x1F600; &amp;amp; &notin; &notit; &copy2020 &nosuch; &Eacute",
    "<b>bold</b> &amp; tags",
    "\uff21\uff22\uff23\u3000\uff11\uff12\uff13 \uff76\uff80\uff76\uff85",
    "\u9ed1\u8272\u7684\u732b\u5750\u5728\u6c99\u53d1\u4e0a",
    "\u6771\u4eac\u30bf\u30ef\u30fc\u306e\u591c\u666f",
    "\u0e41\u0e21\u0e27\u0e2a\u0e35\u0e14\u0e33\u0e19\u0e2d\u0e19\u0e1a\u0e19\u0e40\u0e15\u0e35\u0e22\u0e07",
    "\u0642\u0637\u0629 \u0633\u0648\u062f\u0627\u0621 \u0639\u0644\u0649 \u0627\u0644\u0633\u0631\u064a\u0631",
    "\u0928\u092e\u0938\u094d\u0924\u0947 \u0926\u0941\u0928\u093f\u092f\u093e",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467 family \U0001f600\U0001f600 \u2764\ufe0f",
    "a\u202eb\u202c \u200bzero\u200b width\ufeff \u00ad",
    "control \u0001\u0007 \u001b[31mred\u001b[0m \u007f end",
    "line\u2028separator\u2029para\u0085next\r\nwindows",
    "https://example.com/a_b-c?d=e&f=g#h",
    "snake_case camelCase #hashtag @user $5 50% C++ !!! ???",
    "IMG_20190412_101530.jpg",
    "supercalifragilisticexpialidocious antidisestablishmentarianism pneumonoultramicroscopicsilicovolcanoconiosis",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "the the the the " * 40,
    "A close-up outdoor shot shows a globe thistle in front of other flowers. " * 6,
]


def main():
    tokenizer = load_tokenizer()
    merges = [" ".join(pair) for pair in tokenizer.bpe_ranks]
    TABLES.mkdir(parents=True, exist_ok=True)
    (TABLES / "merges.json").write_text(json.dumps({"merges": "\n".join(merges)}, ensure_ascii=False) + "\n", encoding="utf-8")
    (TABLES / "entities.json").write_text(json.dumps(html.entities.html5, ensure_ascii=True) + "\n", encoding="utf-8")
    versions = {"python": sys.version.split()[0], **{name: importlib.metadata.version(name) for name in ("clip-anytorch", "ftfy", "regex")}}
    readings = [{"text": text, "ids": tokenizer.encode(text)} for text in TEXTS]
    (HERE / "clip").mkdir(exist_ok=True)
    lines = ",\n".join("    " + json.dumps(reading) for reading in readings)
    (HERE / "clip/readings.json").write_text('{\n  "made": ' + json.dumps(versions) + ',\n  "readings": [\n' + lines + "\n  ]\n}\n", encoding="utf-8")


main()
