#!/bin/sh
# Makes our namespace, unless it is there. Histories are kept for a week: what must outlive them lives in the ledger.
set -eu
temporal operator namespace describe -n "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 && exit 0
temporal operator namespace create -n "$TEMPORAL_NAMESPACE" --retention 7d
