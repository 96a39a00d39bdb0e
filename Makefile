# Two commands do all: `make run` for the demonstration office, `make test` for every test.
PYTHON ?= python3
BIN := .venv/bin
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
endif

vnu-jar := 26.9.27
lighthouse := 13.5.0
puppeteer-core := 25.16.0

unexport PYTHONDONTWRITEBYTECODE  # reading the tests anew takes each worker ten seconds

.PHONY: run test lint format lock mutants fuzz kill soak audit tours html lighthouse firefox libreoffice bench clean

run: .venv/run
	CASEWORK_DEMO=$${CASEWORK_DEMO:-1} $(BIN)/flask --app app upgrade
	CASEWORK_DEMO=$${CASEWORK_DEMO:-1} $(BIN)/flask --app app demo
	CASEWORK_DEMO=$${CASEWORK_DEMO:-1} exec $(BIN)/python app.py

test: .venv/test
	$(BIN)/python -m pytest -n auto --maxprocesses 8 --dist worksteal $(ARGS)

lint: .venv/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: .venv/test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock:
	$(BIN)/python -m tests.lock

mutants: .venv/test
	nice $(BIN)/python tests/mutants.py $(ARGS)

fuzz: .venv/test
	nice $(BIN)/python -m tests.fuzz $(ARGS)

kill: .venv/test
	nice $(BIN)/python -m tests.kill $(ARGS)

soak: .venv/test
	nice $(BIN)/python -m tests.soak $(ARGS)

audit: .venv/test
	nice $(BIN)/python -m tests.browser.audit $(ARGS)

libreoffice: .venv/test
	nice $(BIN)/python -m tests.libreoffice

tours: .venv/test
	nice $(BIN)/python -m tests.browser.tours

bench: .venv/run
	nice $(BIN)/python -m benchmarks.run $${N:-10000} $(if $(ARGS),-- $(ARGS))

html: .venv/test build/node/node_modules/vnu-jar
	nice $(BIN)/python -m tests.browser.html $(ARGS)

lighthouse: .venv/test build/node/node_modules/lighthouse
	nice $(BIN)/python -m tests.browser.lighthouse $(ARGS)

firefox: .venv/test build/node/node_modules/puppeteer-core
	nice $(BIN)/python -m tests.browser.firefox $(ARGS)

build/node/node_modules/%:
	mkdir -p build/node
	npm install --prefix build/node --no-audit --no-fund --silent $*@$($*)

clean:
	rm -rf .venv build .pytest_cache .ruff_cache

.venv/run: requirements.lock
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r requirements.lock
	touch $@

.venv/test: requirements.lock requirements-encrypted.lock requirements-test.lock
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r requirements-test.lock
	touch $@ .venv/run
