# SPDX-License-Identifier: GPL-2.0-only
"""The parts of the test rig; see tests/rig/README.md."""
