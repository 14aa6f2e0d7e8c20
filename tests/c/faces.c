/* The cases that every face answers with the same bytes (tests/cases/faces.tsv), asked in C. */
#include "check.h"
#include "rows.h"

#define MOST_FIELDS 16

typedef struct {
    const uint8_t *data;
    size_t len;
} text;

#define ARG(one) (one).data, (one).len

/* Reads a whole file; the caller frees it. */
static char *contents(const char *path, size_t *len) {
    FILE *file = fopen(path, "rb");
    char *data;
    long size;
    if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(2);
    }
    rewind(file);
    data = (char *)malloc((size_t)size + 1);
    if (data == NULL || fread(data, 1, (size_t)size, file) != (size_t)size) {
        exit(2);
    }
    fclose(file);
    data[size] = '\n';
    *len = (size_t)size;
    return data;
}

/* Cuts a line into fields, in place. */
static int cut(char *line, char *end, text *fields) {
    int count = 0;
    while (count < MOST_FIELDS) {
        char *to = line;
        fields[count].data = (const uint8_t *)line;
        for (; line < end && *line != '\t'; line++) {
            if (*line == '\\' && line + 1 < end) {
                line++;
                *to++ = *line == 't' ? '\t' : *line == 'n' ? '\n' : *line;
            } else {
                *to++ = *line;
            }
        }
        fields[count].len = (size_t)(to - (char *)fields[count].data);
        count++;
        if (line == end) {
            return count;
        }
        line++;
    }
    exit(2);
}

static int is(text one, const char *other) {
    return one.len == strlen(other) && memcmp(one.data, other, one.len) == 0;
}

static int language(text code) {
    return is(code, "vi") ? XEPLOAI_VIETNAMESE : XEPLOAI_ENGLISH;
}

/* The table of a kind of a rated cohort, rated again as it is read. */
static int32_t again(const text *argument, const xeploai_rated_cohort *cohort, const xeploai_rulebook *rulebook,
                     struct ArrowArrayStream *out, xeploai_error **error) {
    struct ArrowArrayStream table;
    int32_t status;
    memset(&table, 0, sizeof table);
    memset(out, 0, sizeof *out);
    status = xeploai_rated_cohort_table(cohort, ARG(argument[1]), &table, error);
    if (status == XEPLOAI_OK) {
        status = xeploai_rulebook_rate_stream(rulebook, ARG(argument[1]), &table, ARG(argument[4]), NULL, out, error);
        CHECK(table.release == NULL);
    }
    return status;
}

/* Asks about a batch: the table of a cohort rated again, after its quotas, what they came to, and counted. */
static int32_t batch(const text *argument, rows_buffer *out, xeploai_error **error) {
    xeploai_library *library = NULL;
    xeploai_rulebook *rulebook = NULL;
    xeploai_cohort *cohort = NULL;
    xeploai_rated_cohort *rated = NULL;
    xeploai_bytes quotas = {NULL, 0};
    struct ArrowArrayStream stream, held, counts;
    int32_t status = xeploai_library_builtin(&library, error);
    memset(&held, 0, sizeof held);
    memset(&counts, 0, sizeof counts);
    if (status == XEPLOAI_OK) {
        status = xeploai_cohort_new(library, ARG(argument[0]), &cohort, error);
    }
    if (status == XEPLOAI_OK && argument[2].len > 0) {
        /* What writes tables and what reads them agree, also where a batch does not begin with its memory. */
        rows_table(argument[2].data, argument[2].len, &stream);
        CHECK(rows_text(&stream, out) == 0 && out->len == argument[2].len && memcmp(out->data, argument[2].data, out->len) == 0);
        out->len = 0;
        rows_table(argument[2].data, argument[2].len, &stream);
        status = xeploai_cohort_add(cohort, XEPLOAI_TABLE_SUBJECTS, ARG(argument[1]), &stream, error);
    }
    if (status == XEPLOAI_OK) {
        status = xeploai_cohort_rate(cohort, NULL, &rated, error);
    }
    if (status == XEPLOAI_OK) {
        status = xeploai_rulebook_builtin(ARG(argument[3]), NULL, 0, &rulebook, error);
    }
    if (status == XEPLOAI_OK) {
        status = again(argument, rated, rulebook, &stream, error);
    }
    if (status == XEPLOAI_OK) {
        CHECK(rows_text(&stream, out) == 0);
        status = again(argument, rated, rulebook, &stream, error);
    }
    if (status == XEPLOAI_OK) {
        status = xeploai_rulebook_hold_stream(rulebook, ARG(argument[1]), &stream, ARG(argument[5]), &held, &quotas, error);
    }
    if (status == XEPLOAI_OK) {
        rows_say(out, "\n");
        CHECK(rows_text(&held, out) == 0);
        rows_say(out, "\n");
        rows_put(out, quotas.data, quotas.len);
        status = again(argument, rated, rulebook, &stream, error);
    }
    if (status == XEPLOAI_OK) {
        status = xeploai_rulebook_tally_stream(rulebook, &stream, ARG(argument[6]), &counts, error);
    }
    if (status == XEPLOAI_OK) {
        rows_say(out, "\n");
        CHECK(rows_text(&counts, out) == 0);
    } else {
        /* What came before the failure is no answer. */
        out->len = 0;
    }
    xeploai_bytes_free(&quotas);
    xeploai_library_free(library);
    xeploai_rulebook_free(rulebook);
    xeploai_cohort_free(cohort);
    xeploai_rated_cohort_free(rated);
    return status;
}

/* Asks a question; what was made on the way is freed whether or not it came to be. */
static int32_t answer(const text *ask, xeploai_bytes *out, xeploai_error **error) {
    const text *argument = ask + 1;
    xeploai_library *library = NULL;
    xeploai_rulebook *rulebook = NULL, *base = NULL;
    xeploai_case *one = NULL;
    xeploai_cohort *cohort = NULL;
    xeploai_rated_cohort *rated = NULL;
    int32_t status = XEPLOAI_OK;
    int digest = 0;

    if (is(ask[0], "rate") || is(ask[0], "explain")) {
        status = xeploai_rulebook_builtin(ARG(argument[0]), ARG(argument[1]), &rulebook, error);
        if (status == XEPLOAI_OK && is(ask[0], "rate")) {
            status = xeploai_rulebook_rate_json(rulebook, ARG(argument[2]), ARG(argument[4]), ARG(argument[3]), out, error);
        } else if (status == XEPLOAI_OK) {
            status = xeploai_case_new(rulebook, ARG(argument[2]), ARG(argument[3]), &one, error);
            if (status == XEPLOAI_OK) {
                status = xeploai_case_set_json(one, ARG(argument[4]), error);
            }
            if (status == XEPLOAI_OK) {
                status = xeploai_case_text(one, XEPLOAI_RESULT_EXPLANATION, language(argument[5]), out, error);
            }
        }
    } else if (is(ask[0], "digest") || is(ask[0], "summary")) {
        status = xeploai_rulebook_builtin(ARG(argument[0]), ARG(argument[1]), &rulebook, error);
        if (status == XEPLOAI_OK && is(ask[0], "summary")) {
            status = xeploai_rulebook_text(rulebook, XEPLOAI_RULEBOOK_SUMMARY, XEPLOAI_ENGLISH, out, error);
        }
        digest = is(ask[0], "digest");
    } else if (is(ask[0], "load")) {
        status = xeploai_rulebook_load(ARG(argument[0]), &rulebook, error);
        digest = 1;
    } else if (is(ask[0], "overlay")) {
        status = xeploai_rulebook_builtin(ARG(argument[0]), NULL, 0, &base, error);
        if (status == XEPLOAI_OK) {
            status = xeploai_rulebook_with_overlay(base, ARG(argument[1]), &rulebook, error);
        }
        digest = 1;
    } else if (is(ask[0], "in_force")) {
        status = xeploai_library_builtin(&library, error);
        if (status == XEPLOAI_OK) {
            status = xeploai_library_in_force(library, ARG(argument[0]), ARG(argument[1]), ARG(argument[2]), &rulebook, error);
        }
        digest = 1;
    } else if (is(ask[0], "statistics")) {
        status = xeploai_statistics(ARG(argument[0]), ARG(argument[1]), out, error);
    } else {
        status = xeploai_library_builtin(&library, error);
        if (status == XEPLOAI_OK) {
            status = xeploai_cohort_new(library, ARG(argument[0]), &cohort, error);
        }
        if (status == XEPLOAI_OK && is(ask[0], "plan")) {
            status = xeploai_cohort_plan(cohort, out, error);
        } else if (status == XEPLOAI_OK) {
            status = xeploai_cohort_rate(cohort, NULL, &rated, error);
        }
        if (status == XEPLOAI_OK && is(ask[0], "cohort")) {
            status = xeploai_rated_cohort_text(rated, XEPLOAI_COHORT_JSON, NULL, 0, XEPLOAI_ENGLISH, out, error);
        } else if (status == XEPLOAI_OK && is(ask[0], "cohort_explain")) {
            status = xeploai_rated_cohort_text(rated, XEPLOAI_RESULT_EXPLANATION, ARG(argument[1]), language(argument[2]), out,
                                               error);
        } else if (status == XEPLOAI_OK && is(ask[0], "what_if")) {
            status = xeploai_rated_cohort_what_if(rated, ARG(argument[1]), out, error);
        } else if (!is(ask[0], "plan") && status == XEPLOAI_OK) {
            fprintf(stderr, "no such question: %.*s\n", (int)ask[0].len, (const char *)ask[0].data);
            exit(2);
        }
    }
    if (status == XEPLOAI_OK && digest) {
        status = xeploai_rulebook_text(rulebook, XEPLOAI_RULEBOOK_DIGEST, XEPLOAI_ENGLISH, out, error);
    }
    /* In any order: what was made of a handle lives on. */
    xeploai_library_free(library);
    xeploai_rulebook_free(base);
    xeploai_rulebook_free(rulebook);
    xeploai_case_free(one);
    xeploai_cohort_free(cohort);
    xeploai_rated_cohort_free(rated);
    return status;
}

int main(int count, char **arguments) {
    size_t len = 0;
    char *all = contents(count > 1 ? arguments[1] : "tests/cases/faces.tsv", &len), *line = all, *end;
    for (; line < all + len; line = end + 1) {
        text fields[MOST_FIELDS];
        const text *expected;
        xeploai_bytes out = {NULL, 0};
        rows_buffer joined = {NULL, 0, 0};
        text given;
        xeploai_error *error = NULL;
        const char *vi, *en;
        int32_t status;
        int found, good;
        end = (char *)memchr(line, '\n', (size_t)(all + len + 1 - line));
        if (*line == '#') {
            continue;
        }
        found = cut(line, end, fields);
        expected = fields + found - 4;
        if (is(fields[0], "batch")) {
            status = batch(fields + 1, &joined, &error);
            given.data = (const uint8_t *)joined.data;
            given.len = joined.len;
        } else {
            status = answer(fields, &out, &error);
            given.data = out.data;
            given.len = out.len;
        }
        vi = xeploai_error_text(error, XEPLOAI_ERROR_MESSAGE, XEPLOAI_VIETNAMESE, NULL);
        en = xeploai_error_text(error, XEPLOAI_ERROR_MESSAGE, XEPLOAI_ENGLISH, NULL);
        good = is(expected[0], xeploai_status_name(status)) && given.len == expected[1].len && is(expected[2], vi) &&
               is(expected[3], en) && (given.len == 0 || memcmp(given.data, expected[1].data, given.len) == 0);
        CHECK(good);
        if (!good) {
            fprintf(stderr, "%.*s %.*s: %s, %s, %.*s\n", (int)fields[0].len, (const char *)fields[0].data,
                    (int)fields[1].len, (const char *)fields[1].data, xeploai_status_name(status), en, (int)given.len,
                    (const char *)given.data);
        }
        xeploai_bytes_free(&out);
        xeploai_bytes_free(&out);
        xeploai_error_free(error);
        free(joined.data);
    }
    free(all);
    CHECK(passed_checks > 100);
    return closing("the shared cases");
}
