# Every target calls one script; the scripts install what they miss, into a cache outside the checkout (pg_test/README.md).

scripts := pg_test/scripts

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## a real Alembic migration on a throw-away server, first plain, then guarded
	@$(scripts)/run-release.sh examples/alembic/demo.py

test: ## every suite on the distribution's PostgreSQL, or on MAJOR=17
	@$(scripts)/test.sh $(MAJOR)

test-matrix: ## every suite on each version: the distribution's, and 17 and 18 built with assertions, or MAJORS='distro 18'
	@$(scripts)/test-matrix.sh $(MAJORS)

test-long: ## the matrix with a hundred times the property-test cases and all modes and projects, too long for CI
	@LONG=1 PROPTEST_CASES=25600 $(scripts)/test-matrix.sh $(MAJORS)

bench: ## what a guarded statement costs, against plain SQL and the usual workarounds
	@$(scripts)/run-release.sh pg_test/bench/bench.py

install: ## into the server whose pg_config is on PATH, or PG_CONFIG=
	@$(scripts)/setup.sh
	@$(scripts)/install-extension.sh "$$(command -v "$${PG_CONFIG:-pg_config}")" --release

fmt: ## formats the Rust code
	@$(scripts)/env.sh cargo fmt

lint: ## formatting and lints, as CI checks them
	@$(scripts)/lint.sh

clean: ## what building this checkout left; the servers and tools in the cache stay
	@$(scripts)/env.sh cargo clean --package guarded_ddl

.PHONY: help demo test test-matrix test-long bench install fmt lint clean
