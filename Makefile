# SPDX-License-Identifier: GPL-2.0-only
# Front door. Every target is one line: the work is in the script it calls. `make` alone builds the modules for the
# running kernel; K=RELEASE or KDIR=FOLDER choose another.
version := $(shell sed 's/[[:space:]]//g' VERSION)
packages := build/packages

.PHONY: modules daemons deb rpm unit check try bench matrix soak fuzz compat-selftest lint docs clean host
modules:
	scripts/build-modules.sh $(if $(KDIR),-d $(KDIR),$(if $(K),-k $(K)))
daemons:
	@$(MAKE) -C daemons
deb:
	packaging/make-deb.sh $(packages)
	packaging/make-daemons.sh deb $(packages)
rpm:
	packaging/make-rpm.sh $(packages)
	packaging/make-daemons.sh rpm $(packages)
unit:
	tests/unit/run
host:
	@$(MAKE) -C tests/host
check:
	tests/run check
matrix:
	tests/run matrix
soak:
	tests/run soak
try:
	scripts/install.sh --try
bench:
	tests/bench/run
	tests/bench/install
	tests/rig/rig bench --io
fuzz:
	tests/fuzz/run 600
compat-selftest:
	tests/compile/selftest
lint:
	tests/lint/run
docs:
	scripts/gen-matrix-docs.sh
clean:
	rm -rf build/modules build/packages build/check
