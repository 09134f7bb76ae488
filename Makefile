# Weir. `make` alone shows what there is; everything else lies in eng/ as plain shell.
# Debian is the base system: what is missing is installed when you are root, or named when you are not.

.DEFAULT_GOAL := help
.PHONY: help run build test check format schema bench load image

help: ## Show this help
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Start the gateway; without own servers in appsettings.json in front of three demo Apaches
	@eng/run.sh

build: ## Build everything (Release) and put bin/weir in place
	@eng/build.sh

test: ## Build and run every test; the last line is "N passed, N failed"
	@eng/test.sh

check: ## Before a commit: format, types of the load scenarios, build, test (CI runs make test)
	@eng/check.sh

format: ## Put every source file in shape
	@dotnet format Weir.slnx

schema: ## Write appsettings.schema.json and docs/reference/configuration.md from the option classes
	@eng/schema.sh

bench: ## Weir beside nginx, HAProxy, Varnish, Apache and YARP; BENCH=list shows others, BENCH="overload --seconds 24" runs one
	@set -f; eng/bench.sh $(BENCH)

load: ## Run the k6 scenarios of tests/load; choose one with SCENARIO=smoke, a target with WEIR_URL=...
	@eng/load.sh $(SCENARIO)

image: ## Build the container image weir:latest
	@eng/image.sh
