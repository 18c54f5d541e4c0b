#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2016 # output, status and the helper's names come from elsewhere
#
# The Ansible role, run by ansible-core against a root: check mode, idempotence, failures in words.

bats_require_minimum_version 1.5.0
load deploy

setup_file() { file_setup; }

setup() {
	command -v ansible-playbook > /dev/null || skip "no ansible-core here"
	deploy_root
	export ANSIBLE_HOME=$BATS_TEST_TMPDIR/ansible ANSIBLE_LOCALHOST_WARNING=False ANSIBLE_NOCOWS=1 ANSIBLE_STDOUT_CALLBACK=default
	cat > "$BATS_TEST_TMPDIR/play.yml" <<-YAML
	- hosts: localhost
	  connection: local
	  gather_facts: false
	  roles:
	    - role: $top/packaging/ansible/roles/lis
	      vars: {lis_lisctl: $top/scripts/lisctl, lis_verify: true}
	  post_tasks:
	    - debug: {msg: "outcome {{ lis_result.outcome }} reboot {{ lis_reboot_needed }}"}
	YAML
}

play() { LC_ALL=C.UTF-8 ansible-playbook -i localhost, "$BATS_TEST_TMPDIR/play.yml" "$@"; }

@test "check mode changes nothing and says what a run would; the run does it; a second changes nothing; absent takes it away" {
	before=$(picture "$root")
	run -0 play --check
	[[ $output == *"outcome reboot-needed"*"changed=1 "*"failed=0"* ]]
	diff <(echo "$before") <(picture "$root")
	run -0 play
	[[ $output == *"outcome reboot-needed reboot True"*"changed=1 "*"failed=0"* ]]
	has "$KERNEL" "$(cat "$top/VERSION")"
	run -0 play
	[[ $output == *"outcome nothing-to-do reboot False"*"changed=0 "*"failed=0"* ]]
	run -0 play -e lis_state=absent
	[[ $output == *"changed=1 "* ]]
	has "$KERNEL" inbox
}

@test "a machine that cannot be served fails in lisctl's words; a wrong state is refused" {
	echo kernel/drivers/hv/hv_vmbus.ko >> "$root/lib/modules/$KERNEL/modules.builtin"
	run -2 play
	[[ $output == *"its VMBus driver is built into"*"failed=1"* ]]
	run -2 play -e lis_state=nonsense
	[[ $output == *"it can be present, absent or prepared"* ]]
}
