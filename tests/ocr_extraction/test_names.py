"""The catalogue's field names, by which mandatory ones are checked, are those the forms give."""

import json
from importlib.resources import files

from ocr.extraction.form import NINE
from ocr.extraction.forms import FORMS


def test_the_catalogue_knows_the_fields_of_every_form_and_no_others():
    told = json.loads(files("catalogue").joinpath("data", "field_names.json").read_bytes())
    given = {slug: {name for name in form.fields if not name.startswith("@")} for slug, form in FORMS.items()}
    assert {slug: set(names) for slug, names in told.items() if slug != "*"} == given
    assert set(told["*"]) <= set(NINE)
