"""What the file says about itself: XMP (ISO 16684-1), the PDF/A claim (ISO 19005-2 §6.6.4) and the document information."""

from datetime import datetime
from xml.sax.saxutils import escape

from compose.values import Entries
from khoso.kernel.clock import VIETNAM, rfc3339

PRODUCER = "Khoso"
CREATOR = "Khoso, kho dữ liệu số hóa"

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
    xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
   <pdfaid:part>2</pdfaid:part>
   <pdfaid:conformance>B</pdfaid:conformance>
   <dc:format>application/pdf</dc:format>
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
   <xmp:CreateDate>{created}</xmp:CreateDate>
   <xmp:ModifyDate>{created}</xmp:ModifyDate>
   <xmp:MetadataDate>{created}</xmp:MetadataDate>
   <xmp:CreatorTool>{creator}</xmp:CreatorTool>
   <pdf:Producer>{producer}</pdf:Producer>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""


def xmp_packet(*, title: str, created: datetime) -> bytes:
    """The metadata stream's bytes, in UTF-8."""
    text = _XMP.format(title=escape(title), created=rfc3339(created), creator=CREATOR, producer=PRODUCER)
    return text.encode()


def information(*, title: str, created: datetime) -> Entries:
    """The document information dictionary, saying the same."""
    date = f"D:{created.astimezone(VIETNAM):%Y%m%d%H%M%S}+07'00'"
    return {"Title": title, "Creator": CREATOR, "Producer": PRODUCER, "CreationDate": date, "ModDate": date}
