"""Tables written to files that people open elsewhere: CSV, an accessible workbook, and OpenDocument.

For writing only, from plain values: no Django, no permission and no query is known here. What may be taken away, and its record, is in
`web.exporting`.
"""

from longstop.web.sheets.commas import write_csv
from longstop.web.sheets.opendocument import write_ods
from longstop.web.sheets.table import Field, Sheet, Value
from longstop.web.sheets.workbook import write_xlsx

__all__ = ["Field", "Sheet", "Value", "write_csv", "write_ods", "write_xlsx"]
