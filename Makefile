# SPDX-License-Identifier: Apache-2.0
# make demo | test | build | install PREFIX=/usr/local [LINKS=1] | uninstall | dist | completions | man | pictures | bench |
# format | lint | clean
# Longer than a test may take: make test-later | test-embedding | test-package | fuzz | faults | damage | broken-broker

PREFIX ?= /usr/local
PACKAGES := make pkg-config zlib1g-dev libzstd-dev liblz4-dev libsnappy-dev libedit-dev
TEST_PACKAGES := kcat openssl python3-venv zstd zsh fish mandoc groff-base dpkg-dev systemd chromium krb5-user libverto-libev1
BENCH_PACKAGES := librdkafka-dev
DIST_PACKAGES := binutils dpkg-dev xz-utils

# The executable carries its libraries: a folder that holds their archives alone comes first in the linker's path, for
# which pkg-config files of our own name it. An -L of -Xlinker would come behind the system's folders. Nobody looks up
# symbols in it by name: without a table of them all, 2 MB less are mapped.
ARCHIVES := libz.a libzstd.a liblz4.a libsnappy.a libedit.a libbsd.a libmd.a libtinfo.a libstdc++.a
PKG_CONFIG_NAMES := zlib libzstd liblz4 snappy libedit
STATIC := --static-swift-stdlib --pkg-config-path $(CURDIR)/.build/archives \
	-Xlinker -l:libbsd.a -Xlinker -l:libmd.a -Xlinker -l:libtinfo.a -Xlinker --as-needed -Xlinker -lstdc++ \
	-Xlinker --no-export-dynamic -Xswiftc -Xclang-linker -Xswiftc -static-libgcc
# A generic type is put together from its parts, not looked up by its name: each look-up goes through all conformances of
# the executable, which was 30 times, and most of the time, before `topics --list` had its answer.
DIRECT := -Xswiftc -Xfrontend -Xswiftc -disable-concrete-type-metadata-mangled-name-accessors
RELEASE := .build/release/kafka
VENV := .build/clients

.PHONY: demo test build install bench fuzz broken-broker format clean setup test-setup lint man completions

build: setup
	mkdir -p .build/archives
	for archive in $(ARCHIVES); do ln -sf "$$(cc -print-file-name=$$archive)" .build/archives/; done
	for name in $(PKG_CONFIG_NAMES); do printf 'Name: %s\nDescription: an archive\nVersion: 0\nLibs: -L%s\n' \
	  $$name $(CURDIR)/.build/archives >.build/archives/$$name.pc; done
	swift build -c release --product kafka $(STATIC) $(DIRECT)

demo: build
	Tests/demo.sh $(RELEASE)

# One module after the other: all tests of a module run at once, and those of all would starve each other.
TEST_MODULES := $(notdir $(wildcard Tests/*Tests)) EmbeddingTests

test: test-setup build
	swift build --build-tests
	for module in $(TEST_MODULES); do swift test --skip-build --filter "^$$module\." || exit 1; done
	KAFKA=$(CURDIR)/$(RELEASE) $(VENV)/bin/python -m pytest -q Tests/Clients

# Every test three years from now, in a time zone three quarters of an hour off: what passes today passes then.
LATER := SHIFT_SECONDS=94608000 TZ=Pacific/Chatham LD_PRELOAD=$(CURDIR)/.build/later/shift_clock.so
.PHONY: test-later
test-later: test-setup build
	swift build --build-tests
	mkdir -p .build/later
	cc -shared -fPIC -O2 -Wall -o .build/later/shift_clock.so Tests/Clients/shift_clock.c
	for module in $(TEST_MODULES); do $(LATER) swift test --skip-build --filter "^$$module\." || exit 1; done
	$(LATER) KAFKA=$(CURDIR)/$(RELEASE) $(VENV)/bin/python -m pytest -q Tests/Clients

# Every file operation of FAULTS scenarios fails in turn, in each way that it may; the tests take a sample of it.
.PHONY: faults
FAULTS ?= 2
faults: test-setup
	swift build --build-tests
	FAULTS=$(FAULTS) swift test --skip-build --filter '^KafkaLogTests\.(FaultTests|DirectoryFaultTests|TruncationFaultTests)'

# The same tests as a package of its own that depends on this one, as a user's would; that builds everything once more.
.PHONY: test-embedding
test-embedding:
	swift test --package-path Tests/Embedding --scratch-path .build/embedding

# Damages data directories at random and starts a broker on each: all is there, or the start is refused. A seed is printed;
# DAMAGE_SEED=N repeats it.
.PHONY: damage
damage: setup
	swift build --build-tests
	DAMAGE_ROUNDS=$${DAMAGE_ROUNDS:-1000} swift test --skip-build --filter DirectoryDamageTests

# The executable without its symbols, a third of the size, its manual, completions, licences and, where systemd looks for
# it, its unit. LINKS=1: under the names of Kafka's scripts as well, kafka-topics and kafka-topics.sh and so on, for man too.
install: build
	DESTDIR='$(DESTDIR)' Packaging/install.sh $(RELEASE) '$(PREFIX)' $(LINKS)

# Exactly what install put there.
.PHONY: uninstall
uninstall:
	DESTDIR='$(DESTDIR)' Packaging/install.sh --remove '$(PREFIX)'

# An archive and Debian packages of this machine's architecture, in .build/dist.
.PHONY: dist
dist: build
	$(call install-packages,$(DIST_PACKAGES))
	rm -rf .build/dist && mkdir -p .build/dist
	Packaging/archive.sh $(RELEASE) .build/dist
	Packaging/deb.sh $(RELEASE) .build/dist
	cd .build/dist && sha256sum * >SHA256SUMS

# Debian's package in a Debian of its own, made by debootstrap: as root, with a network.
.PHONY: test-package
test-package: dist
	$(call install-packages,debootstrap lintian)
	lintian --allow-root --fail-on error,warning --tag-display-limit 0 .build/dist/*.deb
	Tests/Packaging/debian.sh .build/dist/kafka_*.deb .build/debian

bench: test-setup build
	$(call install-packages,$(BENCH_PACKAGES))
	mkdir -p .build/bench
	cc -O2 -Wall -o .build/bench/librdkafka Tests/Benchmarks/librdkafka.c -lrdkafka -lpthread
	Tests/Benchmarks/run $(RELEASE)

# The pictures of the README, from a broker that works: to be looked at before they are committed.
.PHONY: pictures
pictures: test-setup build
	$(VENV)/bin/python Pictures/make.py $(RELEASE)

format:
	swift format -i -r Package.swift Sources Tests

lint:
	swift format lint --strict -r Package.swift Sources Tests
	Tests/Lint/trapping_numbers.py
	Tests/Lint/folders.py
	Tests/Lint/docstrings.py

# Hostile requests, records and frames, a minute each or KAFKA_FUZZ_SECONDS; KAFKA_FUZZ_SEED=… repeats what was printed.
fuzz: build
	KAFKA=$(CURDIR)/$(RELEASE) Tests/Fuzz/fuzz.py

# Every tool against a broker that is wrong, for ten minutes or SECONDS; SEED=… repeats what was printed.
broken-broker: test-setup build
	KAFKA=$(CURDIR)/$(RELEASE) $(VENV)/bin/python Tests/Clients/broken_broker.py $(or $(SEED),random) $(or $(SECONDS),600)

# Both are made from the commands' own definitions; a test fails when they are stale.
man: build
	rm -f Man/*.[17]
	for page in $$($(RELEASE) __man); do $(RELEASE) __man $$page > Man/$$page; done

completions: build
	$(RELEASE) __completions bash > Completions/kafka.bash
	$(RELEASE) __completions zsh > Completions/_kafka
	$(RELEASE) __completions fish > Completions/kafka.fish

clean:
	rm -rf .build

# Installs what is missing, with apt; says so and stops where there is no apt.
define install-packages
	@missing=""; for package in $(1); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'install ok installed' || missing="$$missing $$package"; done; \
	if [ -n "$$missing" ]; then \
	  command -v apt-get >/dev/null || { echo "please install:$$missing" >&2; exit 1; }; \
	  echo "installing:$$missing"; \
	  sudo=""; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	  $$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	fi
endef

setup:
	$(call install-packages,$(PACKAGES))
	@command -v swift >/dev/null || { echo "please install Swift 6.1 or later: https://www.swift.org/install" >&2; exit 1; }

test-setup: setup $(VENV)/ready .build/kerberos/ready
	$(call install-packages,$(TEST_PACKAGES))

# A Kerberos server for the tests to start, which is not installed: it would be started with the machine.
.build/kerberos/ready:
	mkdir -p .build/kerberos
	@sudo=""; [ "$$(id -u)" = 0 ] || sudo=sudo; cd .build/kerberos; \
	fetch() { apt-get -o APT::Sandbox::User=root download -qq krb5-kdc krb5-admin-server; }; \
	fetch 2>/dev/null || { $$sudo apt-get update -qq && fetch; }
	cd .build/kerberos && for package in *.deb; do dpkg-deb -x $$package . && rm $$package; done
	touch $@

# Real clients; kafka-python has two generations, the older one in a folder of its own.
$(VENV)/ready: Tests/Clients/requirements.txt Tests/Clients/requirements-old.txt
	$(call install-packages,$(TEST_PACKAGES))
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install -q -r Tests/Clients/requirements.txt
	$(VENV)/bin/pip install -q --no-deps --target $(VENV)/old -r Tests/Clients/requirements-old.txt
	touch $@
