# Two commands on a bare machine: `make demo` runs the main job, `make test` passes the tests.
.PHONY: demo up down test test-browser test-faults check lock words format bench clean

# What Python compiled is kept, whatever the environment says: the tests' rewritten assertions cost a third of their collection.
unexport PYTHONDONTWRITEBYTECODE

demo:
	@deploy/prepare
	@.venv/bin/khoso --home .demo/home demo samples $(if $(filter once,$(DEMO)),--once)

# The whole system in containers: https://localhost/
up:
	@deploy/up

down:
	docker compose down

# Tables are made from the models in one step, as in a new home; tests/cli/test_fresh.py holds that migrations make the same.
test:
	@deploy/prepare
	.venv/bin/pytest -n 3 --dist worksteal -q --no-migrations -m 'not services and not browser and not faults' \
	  $(patsubst %,--ignore=tests/%,services browser faults)

# Pages in a real browser (Debian's Chromium, installed where missing): keys, axe-core, light and dark.
test-browser:
	@deploy/prepare
	@deploy/prepare-browser
	.venv/bin/pytest -q -m browser tests/browser

# Bad days: crashed, frozen, slow, full and refusing servers of its own, under load, two days at a time (about 15 minutes;
# needs root, for small file systems, and the servers' programs). A killed run leaves no server and no mount behind.
test-faults:
	@deploy/prepare
	@tests/faults/run

# On real servers, each run with a database, bucket and index of its own; about ten minutes.
test-services:
	@for name in DATABASE_URL REDIS_URL S3_ENDPOINT S3_ACCESS_KEY S3_SECRET_KEY ELASTICSEARCH_URL; do \
	  [ -n "$$(printenv $$name)" ] || { echo "make test-services: $$name is not set; start PostgreSQL, Redis, an S3 server and Elasticsearch and set their addresses (CONTRIBUTING.md)" >&2; exit 1; }; \
	done
	@deploy/prepare
	.venv/bin/pytest -q -m services --ds=tests.services.settings tests/services
	.venv/bin/pytest -q --ds=tests.services.settings tests/warehouse tests/ingest tests/pages_web tests/journey/test_turns.py

check:
	@deploy/prepare
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/khoso --home .demo/check manage makemigrations --check --dry-run
	.venv/bin/python deploy/draw.py --check
	.venv/bin/pytest -q --doctest-glob='*.md' docs README.md

# Makes requirements.lock anew from setup.cfg: run it after changing a dependency, then run the tests.
lock:
	.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --extra server --extra dev --output-file requirements.lock setup.cfg
	.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  -c requirements.lock --output-file tests/browser/requirements.lock tests/browser/requirements.in

# Gathers sentences from the source into the .po files, and lists what has no English yet.
words:
	@deploy/prepare
	.venv/bin/python deploy/words.py

format:
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

clean:
	rm -rf .demo .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
