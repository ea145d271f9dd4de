"""What is asked of Elasticsearch, without one: clauses are judged by a reader of the few kinds that are used."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.adapters.elasticsearch import ElasticsearchIndex
from search.adapters.elasticsearch_cluster import Address
from search.adapters.elasticsearch_question import Question
from search.asking import Step, parse

WORDS = ["của", "và", "định", "đồng", "vượn", "kiểm", "lớp", "chim", "rừng", "kê"]
"""Of all weights, the lightest first."""


def holds(clause, words):
    """Does a document of these plain words pass?"""
    ((kind, said),) = clause.items()
    if kind == "term":
        ((_field, word),) = said.items()
        return word in words
    assert kind == "bool", clause
    passed = all(holds(one, words) for one in said.get("filter", []))
    if "should" in said:
        passed &= sum(holds(one, words) for one in said["should"]) >= said.get("minimum_should_match", 1)
    return passed


@given(st.lists(st.sampled_from(WORDS), min_size=2, max_size=14), st.sets(st.sampled_from(WORDS)))
def test_a_loosened_question_is_answered_by_who_has_more_than_half_of_it_by_weight(typed, held):
    asked = parse(" ".join(typed) + " ")
    found = {word for text in held for word in [parse(text).words[0].plain]}
    total = sum(word.weight for word in asked.words)
    has = sum(word.weight for word in asked.words if word.plain in found)
    question = Question(asked, Step.RELAXED, typing=False)
    assert all(holds(clause, found) for clause in question.matches()) == (has > total / 2)
    near, nearer, nearest = (holds(clause, found) for clause in question.closer())
    assert (near, nearer, nearest) == (has > total * 3 / 4, has > total * 5 / 6, has > total * 11 / 12)


@pytest.mark.parametrize("typed", ["24/TTr-UBND", "068203001234", "AA 013406", "DA12", "số 24/TTr về đất"])
def test_hardly_anything_has_a_number_an_id_or_a_code(typed):
    assert Question(parse(typed), Step.WHOLE, typing=False).rare
    assert not Question(parse(typed), Step.RELAXED, typing=False).rare, "half of the words is not rare"


@pytest.mark.parametrize("typed", ["quy hoạch 2030", "quyết định 12", '"quy hoạch sử dụng đất"', "và/hoặc"])
def test_years_and_words_may_be_anywhere(typed):
    assert not Question(parse(typed), Step.WHOLE, typing=False).rare


def test_few_words_are_heaviest_so_they_are_looked_for_first():
    question = Question(parse("kê của vượn và định "), Step.RELAXED, typing=False)
    rare, _all = question.matches()
    assert [clause["term"]["flow"] for clause in rare["bool"]["should"]] == ["ke", "vuon"]
    assert rare["bool"]["minimum_should_match"] == 1


class Cleared(dict[str, str]):
    """Forgotten by another thread as soon as somebody has looked twice whether it is known."""

    looks = 0

    def __contains__(self, key: object) -> bool:
        known = super().__contains__(key)
        self.looks += 1
        if self.looks > 1:
            self.clear()
        return known


def test_issuers_that_another_thread_forgets_are_no_error():
    """Of a country with more issuers than are remembered."""
    index = ElasticsearchIndex(Address("http://127.0.0.1:9"))  # nobody is asked for what is known
    index._issuers = Cleared(ubnd="UBND xã MẪU")
    assert index._printed(["ubnd"]) in ({}, {"ubnd": "UBND xã MẪU"})
