# `make` alone lists what there is to do. Each target is one script in `scripts/`.

.DEFAULT_GOAL := help
.PHONY: help run dev test check end2end sqlx coverage release budget bench storm guards fuzz clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## The demo: installs what is missing, builds, serves http://127.0.0.1:3000 with a database of its own
	@scripts/run.sh

dev: ## The same, rebuilt and reloaded whenever a file changes
	@scripts/dev.sh

test: ## Everything that must pass: format, lints, queries, tests, browser tests
	@scripts/test.sh

check: ## The quick part: format, lints, queries
	@scripts/check.sh

end2end: ## The browser tests alone; ARGS='--project=javascript cart' picks some
	@scripts/end2end.sh $(ARGS)

sqlx: ## Write down what the database says about each query (.sqlx), after a change to one or to the schema
	@scripts/sqlx.sh

coverage: ## Which lines the tests reach
	@scripts/coverage.sh

release: ## The server and its files, built to be deployed: target/release and target/site
	@scripts/release.sh

budget: ## A release build against its budgets: bytes of a first visit, memory, time to ready
	@scripts/budget.sh

bench: ## What an order costs, beside the least SQL that it could be made of
	@scripts/bench.sh

storm: ## Servers killed again and again under load; DURATION=120 SERVERS=1 SEED=… PROFILE=release
	@scripts/storm.sh

fuzz: ## Asks the API what nobody would ask, by its own document; DURATION=1800
	@scripts/fuzz.sh

guards: ## Takes each guard out of a copy: its test must fail; some minutes
	@scripts/guards.sh $(ARGS)

clean: ## Remove what was built, but not the demo's data
	cargo clean
	rm -rf end2end/node_modules end2end/test-results end2end/playwright-report
