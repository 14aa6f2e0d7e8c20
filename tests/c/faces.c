/* The cases that every face answers with the same bytes (tests/cases/faces.tsv), asked in C. */
#include "check.h"

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
        status = answer(fields, &out, &error);
        vi = xeploai_error_text(error, XEPLOAI_ERROR_MESSAGE, XEPLOAI_VIETNAMESE, NULL);
        en = xeploai_error_text(error, XEPLOAI_ERROR_MESSAGE, XEPLOAI_ENGLISH, NULL);
        good = is(expected[0], xeploai_status_name(status)) && out.len == expected[1].len && is(expected[2], vi) &&
               is(expected[3], en) && (out.len == 0 || memcmp(out.data, expected[1].data, out.len) == 0);
        CHECK(good);
        if (!good) {
            fprintf(stderr, "%.*s %.*s: %s, %s, %.*s\n", (int)fields[0].len, (const char *)fields[0].data,
                    (int)fields[1].len, (const char *)fields[1].data, xeploai_status_name(status), en, (int)out.len,
                    (const char *)out.data);
        }
        xeploai_bytes_free(&out);
        xeploai_bytes_free(&out);
        xeploai_error_free(error);
    }
    free(all);
    CHECK(passed_checks > 100);
    return closing("the shared cases");
}
