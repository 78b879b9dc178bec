#include "engine/normalise/custom_field.h"

#include "engine/base/text.h"

void
custom_field_note(struct custom_fields *x, struct str key, struct str value)
{
	if (key.n > 5 && same_bytes(key.p + key.n - 5, "Label", 5)) {
		if (x->n_labels < CUSTOM_FIELDS)
			x->labels[x->n_labels++] = (struct custom_field){
			    str_first(key, key.n - 5), value};
		return;
	}
	if (key.n >= 3 && x->n_values < CUSTOM_FIELDS &&
	    char_is_digit(key.p[key.n - 1]))
		x->values[x->n_values++] = (struct custom_field){key, value};
}

void
custom_fields_put(const struct custom_fields *x, struct decoder *d)
{
	for (size_t i = 0; i < x->n_labels; i++) {
		for (size_t k = 0; k < x->n_values; k++) {
			if (same_text(x->labels[i].key, x->values[k].key))
				decode_put(d, x->labels[i].text,
				    x->values[k].text, VALUE_TEXT);
		}
	}
}
