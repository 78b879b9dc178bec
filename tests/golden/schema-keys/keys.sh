#!/bin/bash
# Every key that a loader accepts stands in the schema, and none besides.
#   loader's file | line that opens the table (first word behind it) | schema | where in it
cd ../../.. || exit 1

# The words of the STR_INIT table that begins at the line with $2's text and
# whose first word is $3.
table() { # file, first word
	tr '\n\t' '  ' <"engine/$1" |
	    grep -oE 'static const struct str [a-z_]+\[\] ?= ?\{[^;]*\}' |
	    grep -E "= ?\{ *STR_INIT\( *\"$2\"" | head -n 1 |
	    grep -oE 'STR_INIT\( *"[^"]+"' | cut -d'"' -f2 | sort
}

compare() { # file, first word, schema, jq path of the properties, may lack
	local accepted described
	accepted=$(table "$1" "$2")
	[ -n "$accepted" ] || { echo "$1: no table '$2'"; return; }
	described=$(jq -r "$4 | keys[]" "docs/schema/$3.schema.json" | sort)
	diff <(echo "$accepted") <(echo "$described") |
	    sed -n "s|^<|$3: not described:|p; s|^>|$3: not accepted:|p" |
	    grep -vE "not accepted: (${5:-})\$"
	echo "$3 $4: $(wc -w <<<"$accepted") keys"
}

for schema in docs/schema/*.schema.json; do
	jq -e '."$schema" and .title' "$schema" >/dev/null ||
	    echo "$schema is no schema"
done

rule='.else.else.properties'
compare sigma/meta.c product rule "$rule.logsource.properties"
compare sigma/vigie.c rsit rule .definitions.vigie.properties
compare sigma/vigie.c rsit correlation .definitions.vigie.properties
compare sigma/vigie.c rsit filter .definitions.vigie.properties
compare sigma/correlation.c type correlation .properties.correlation.properties
compare pipeline/ruletest.c at rule \
    .definitions.vigie.properties.tests.items.properties.events.items.properties
compare pipeline/ruletest.c name rule \
    .definitions.vigie.properties.tests.items.properties
compare pipeline/ruletest.c rule rule \
    .definitions.vigie.properties.tests.items.properties.expect.items.properties
compare normalise/pack_load.c pack pack .else.properties
compare normalise/pack_load.c name pack .else.properties.patterns.items.properties
compare normalise/pack_load.c vendor pack .else.properties.observer.properties
compare normalise/pack_gate.c program pack \
    '.else.properties.select.anyOf[0].properties'
compare normalise/pack_gate.c format pack \
    '.else.properties.decode.anyOf[1].properties'
compare normalise/pack_read.c product pack .else.properties.logsource.properties
compare normalise/pack_read.c on pack \
    '.else.properties.table.anyOf[0].properties'
compare normalise/pack_read.c from pack \
    '.else.properties.values.anyOf[0].anyOf[0].properties'
compare normalise/pack_test.c line pack .else.properties.tests.items.properties
compare normalise/taxonomy.c taxonomy pack .then.properties
compare member/load.c id members .properties.members.items.properties
compare member/load.c email members \
    .properties.members.items.properties.contact.properties
compare member/load.c host members \
    .properties.members.items.properties.sources.items.properties
compare daemon/config.c state vigie .properties
compare daemon/config.c udp vigie .properties.listen.properties
compare daemon/config.c server vigie .properties.redis.properties
compare daemon/config.c segment vigie .properties.journal.properties
# Sigma's own top-level keys; action is of the old collections.
all=$(jq -r '.else.else.properties | keys[]' docs/schema/rule.schema.json
    jq -r '.properties | keys[]' docs/schema/correlation.schema.json
    jq -r '.properties | keys[]' docs/schema/filter.schema.json)
diff <(table sigma/lint.c title) <(sort -u <<<"$all" | grep -vx action) &&
    echo "top level: $(table sigma/lint.c title | wc -l) keys"
formats=$(grep -oE 'STR_INIT\("[a-z0-9-]+"\),[[:space:]]*DECODE_' \
    engine/normalise/pack_gate.c | cut -d'"' -f2 | sort)
diff <(echo "$formats") <(jq -r '.else.properties.decode.anyOf[0].enum[]' \
    docs/schema/pack.schema.json | sort) && echo "formats agree"
