# The front door. Everything behind it is Maven and the scripts in tools/.
MVN := mvn -B -ntp
JAR := cli/target/pulsewatch.jar
SOURCES := $(shell find pom.xml */pom.xml .mvn proto/src/main server/src/main client/src/main xds/src/main cli/src/main -type f)

.DEFAULT_GOAL := help
.PHONY: help run build test demo bench bench-full bench-scale detection-report chaos kills failovers pools format clean

help: ## Tell what can be made
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/\1|\2/p' Makefile | awk -F'|' '{ printf "  make %-18s %s\n", $$1, $$2 }'

run: $(JAR) ## Run a server in the foreground; ARGS="..." are passed on
	bin/pulsewatch serve $(ARGS)

build: ## Build everything without tests: bin/pulsewatch works, dist/ has the protos
	$(MVN) package -Dmaven.test.skip=true
	rm -rf dist && mkdir dist && cp proto/target/pulsewatch-proto-*.zip dist/
	tools/archive.sh

test: ## Check everything; PARTS="format java" only these (tools/test.sh tells which)
	tools/test.sh $(PARTS)

demo: $(JAR) ## Watch services in several languages live and die, in under a minute
	$(MVN) -q package -Dmaven.test.skip=true -pl examples -am
	examples/harness/demo.sh

bench: ## Measure beside a no-op gRPC server, in less than five minutes
	tools/bench.sh

bench-full: ## All of it: more samples, the server's own pauses, and bench-scale; about 100 minutes
	BENCH_LAUNCHES=6 BENCH_RESETS=2000 BENCH_KILLS=500 BENCH_ROUNDS=6 \
	  BENCH_RESULTS=bench/target/full.json tools/bench.sh heartbeats kernel memory verdicts pauses; \
	  first=$$?; $(MAKE) bench-scale BENCH_RESULTS=bench/target/full.json && exit $$first

bench-scale: ## Mass death, a million instances, fan-out and reconnects beside gRPC and etcd; about 80 minutes
	BENCH_RESULTS=$(or $(BENCH_RESULTS),bench/target/scale.json) \
	  tools/bench.sh deaths fleet fanout stopped reconnect etcd overload growth million most

detection-report: ## Make docs/DETECTION.md and its plots anew, in about three minutes
	tools/detection-report.sh

chaos: ## Simulate 10,000 hours of fresh worlds; SEED=N for these ones
	$(MVN) -pl server -am test -Dtest=SimulationTest -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dpulsewatch.sim.hours=10000 -Dpulsewatch.sim.seed=$(or $(SEED),$(shell date +%s))

kills: ## Kill a server with kill -9 fifty times under 10,000 beating instances, and compare; SEED=N repeats
	$(MVN) -pl server -am verify -Dtest=None -Dit.test=KillIT -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dfailsafe.failIfNoSpecifiedTests=false -Dpulsewatch.kills=$(or $(KILLS),50) \
	  -Dpulsewatch.kill.instances=$(or $(INSTANCES),10000) -Dpulsewatch.kill.seed=$(or $(SEED),$(shell date +%s))

failovers: ## Kill, stop and hand over a primary of two fifty times; SEED=N repeats
	$(MVN) -pl cli -am verify -Dtest=None -Dit.test=RoleFailoverIT -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dfailsafe.failIfNoSpecifiedTests=false -Dpulsewatch.failovers=$(or $(ROUNDS),50) \
	  -Dpulsewatch.failover.seed=$(or $(SEED),$(shell date +%s))

pools: $(JAR) ## Kill, restart and cut off five backends under xDS clients of four languages and two proxies; ARGS="..."
	$(MVN) -q package -Dmaven.test.skip=true -pl examples -am
	examples/harness/pools.sh $(ARGS)

format: ## Format the sources
	$(MVN) -q spotless:apply

clean: ## Remove what was built, but not the tools in .tools/
	$(MVN) -q clean
	rm -rf dist

$(JAR): $(SOURCES)
	$(MVN) package -Dmaven.test.skip=true -pl cli -am
	tools/archive.sh
