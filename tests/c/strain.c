/*
 * The interface under strain: every pointer NULL, lengths and numbers wrong, text that is none, what is freed twice, much and
 * deep JSON, streams that lie, callbacks that fail, threads that share. Always a status and an error object, never an abort.
 */
#define _POSIX_C_SOURCE 200809L
#include "table.h"
#include <pthread.h>
#include <time.h>

/* Whether a call failed with a status and said so in an error object, which is freed. */
static int failed_with(int32_t status, int32_t wanted, xeploai_error **error) {
    size_t vi = 0, en = 0, json = 0;
    int good = status == wanted && *error != NULL && xeploai_error_status(*error) == wanted;
    xeploai_error_text(*error, XEPLOAI_ERROR_MESSAGE, XEPLOAI_VIETNAMESE, &vi);
    xeploai_error_text(*error, XEPLOAI_ERROR_MESSAGE, XEPLOAI_ENGLISH, &en);
    xeploai_error_text(*error, XEPLOAI_ERROR_JSON, XEPLOAI_ENGLISH, &json);
    good = good && vi > 0 && en > 0 && json > en;
    if (!good) {
        fprintf(stderr, "found %s (%s), wanted %s\n", xeploai_status_name(status),
                xeploai_error_text(*error, XEPLOAI_ERROR_MESSAGE, XEPLOAI_ENGLISH, NULL), xeploai_status_name(wanted));
    }
    xeploai_error_free(*error);
    *error = NULL;
    return good;
}


static xeploai_rulebook *builtin(const char *id) {
    xeploai_rulebook *rulebook = NULL;
    CHECK(xeploai_rulebook_builtin((const uint8_t *)id, strlen(id), NULL, 0, &rulebook, NULL) == XEPLOAI_OK);
    return rulebook;
}

#define FACTS XEPLOAI_TEXT("{\"exempt_from_activities\": true}")
#define MEMBER XEPLOAI_TEXT("member")

static void every_pointer_null(void) {
    xeploai_rulebook *rulebook = builtin("366-qd-tw"), *none = NULL;
    xeploai_library *library = NULL, *more = NULL;
    xeploai_case *one = NULL, *no_case = NULL;
    xeploai_cohort *cohort = NULL, *no_cohort = NULL;
    xeploai_rated_cohort *rated = NULL, *no_rated = NULL;
    xeploai_error *error = NULL;
    xeploai_bytes out = {NULL, 0};
    xeploai_outcome outcome;
    uint32_t fact = 0;
    struct ArrowArrayStream stream, table;

    CHECK(xeploai_library_builtin(&library, NULL) == XEPLOAI_OK);
    CHECK(xeploai_case_new(rulebook, MEMBER, NULL, 0, &one, NULL) == XEPLOAI_OK);
    CHECK(xeploai_cohort_new(library, XEPLOAI_TEXT("{\"period_end\": \"2025-12-31\"}"), &cohort, NULL) == XEPLOAI_OK);
    CHECK(xeploai_cohort_rate(cohort, NULL, &rated, NULL) == XEPLOAI_OK);

#define IS_NULL(call) CHECK(failed_with(call, XEPLOAI_NULL, &error))
    IS_NULL(xeploai_library_builtin(NULL, &error));
    IS_NULL(xeploai_library_with(NULL, rulebook, &more, &error));
    IS_NULL(xeploai_library_with(library, NULL, &more, &error));
    IS_NULL(xeploai_library_with(library, rulebook, NULL, &error));
    IS_NULL(xeploai_library_json(NULL, &out, &error));
    IS_NULL(xeploai_library_json(library, NULL, &error));
    IS_NULL(xeploai_library_in_force(NULL, XEPLOAI_TEXT("2025-12-31"), MEMBER, NULL, 0, &none, &error));
    CHECK(none == NULL);
    IS_NULL(xeploai_library_in_force(library, NULL, 3, MEMBER, NULL, 0, &none, &error));
    IS_NULL(xeploai_library_in_force(library, XEPLOAI_TEXT("2025-12-31"), MEMBER, NULL, 0, NULL, &error));
    IS_NULL(xeploai_rulebook_builtin(NULL, 9, NULL, 0, &none, &error));
    IS_NULL(xeploai_rulebook_builtin(XEPLOAI_TEXT("366-qd-tw"), NULL, 0, NULL, &error));
    IS_NULL(xeploai_rulebook_load(NULL, 1, &none, &error));
    IS_NULL(xeploai_rulebook_load(XEPLOAI_TEXT("{}"), NULL, &error));
    IS_NULL(xeploai_rulebook_with_overlay(NULL, XEPLOAI_TEXT("{}"), &none, &error));
    IS_NULL(xeploai_rulebook_text(NULL, XEPLOAI_RULEBOOK_DIGEST, 0, &out, &error));
    IS_NULL(xeploai_rulebook_text(rulebook, XEPLOAI_RULEBOOK_DIGEST, 0, NULL, &error));
    IS_NULL(xeploai_rulebook_rate_json(NULL, MEMBER, FACTS, NULL, 0, &out, &error));
    IS_NULL(xeploai_rulebook_rate_json(rulebook, NULL, 6, FACTS, NULL, 0, &out, &error));
    IS_NULL(xeploai_rulebook_rate_json(rulebook, MEMBER, NULL, 6, NULL, 0, &out, &error));
    IS_NULL(xeploai_rulebook_rate_json(rulebook, MEMBER, FACTS, NULL, 2, &out, &error));
    IS_NULL(xeploai_rulebook_rate_json(rulebook, MEMBER, FACTS, NULL, 0, NULL, &error));
    IS_NULL(xeploai_case_new(NULL, MEMBER, NULL, 0, &no_case, &error));
    IS_NULL(xeploai_case_new(rulebook, MEMBER, NULL, 0, NULL, &error));
    IS_NULL(xeploai_case_fact(NULL, XEPLOAI_TEXT("tasks_done"), &fact, &error));
    IS_NULL(xeploai_case_fact(one, NULL, 3, &fact, &error));
    IS_NULL(xeploai_case_fact(one, XEPLOAI_TEXT("tasks_done"), NULL, &error));
    IS_NULL(xeploai_case_set(NULL, NULL, 0, &error));
    IS_NULL(xeploai_case_set(one, NULL, 1, &error));
    IS_NULL(xeploai_case_set_json(NULL, FACTS, &error));
    IS_NULL(xeploai_case_clear(NULL, &error));
    IS_NULL(xeploai_case_rate(NULL, &outcome, NULL, 0, &error));
    IS_NULL(xeploai_case_rate(one, NULL, NULL, 0, &error));
    IS_NULL(xeploai_case_text(NULL, XEPLOAI_RESULT_JSON, 0, &out, &error));
    IS_NULL(xeploai_case_text(one, XEPLOAI_RESULT_JSON, 0, NULL, &error));
    IS_NULL(xeploai_cohort_new(NULL, XEPLOAI_TEXT("{}"), &no_cohort, &error));
    IS_NULL(xeploai_cohort_new(library, NULL, 2, &no_cohort, &error));
    IS_NULL(xeploai_cohort_add(cohort, XEPLOAI_TABLE_SUBJECTS, MEMBER, NULL, &error));
    make_table(&table, HONEST, 4, 1);
    IS_NULL(xeploai_cohort_add(NULL, XEPLOAI_TABLE_SUBJECTS, MEMBER, &table, &error));
    CHECK(table.release == NULL);
    IS_NULL(xeploai_cohort_plan(NULL, &out, &error));
    IS_NULL(xeploai_cohort_plan(cohort, NULL, &error));
    IS_NULL(xeploai_cohort_rate(NULL, NULL, &no_rated, &error));
    CHECK(no_case == NULL && no_cohort == NULL && no_rated == NULL);
    IS_NULL(xeploai_cohort_rate(cohort, NULL, NULL, &error));
    IS_NULL(xeploai_rated_cohort_text(NULL, XEPLOAI_COHORT_JSON, NULL, 0, 0, &out, &error));
    IS_NULL(xeploai_rated_cohort_text(rated, XEPLOAI_COHORT_JSON, NULL, 0, 0, NULL, &error));
    IS_NULL(xeploai_rated_cohort_table(NULL, MEMBER, &stream, &error));
    IS_NULL(xeploai_rated_cohort_table(rated, MEMBER, NULL, &error));
    IS_NULL(xeploai_rated_cohort_what_if(NULL, XEPLOAI_TEXT("{}"), &out, &error));
    IS_NULL(xeploai_rated_cohort_what_if(rated, XEPLOAI_TEXT("{}"), NULL, &error));
    IS_NULL(xeploai_statistics(NULL, 5, XEPLOAI_TEXT("{}"), &out, &error));
    IS_NULL(xeploai_statistics(XEPLOAI_TEXT("tally"), XEPLOAI_TEXT("{}"), NULL, &error));
    IS_NULL(xeploai_rulebook_rate_stream(rulebook, MEMBER, NULL, NULL, 0, NULL, &stream, &error));
    make_table(&table, HONEST, 4, 1);
    IS_NULL(xeploai_rulebook_rate_stream(NULL, MEMBER, &table, NULL, 0, NULL, &stream, &error));
    make_table(&table, HONEST, 4, 1);
    IS_NULL(xeploai_rulebook_rate_stream(rulebook, MEMBER, &table, NULL, 0, NULL, NULL, &error));
    CHECK(table.release == NULL);
    make_table(&table, HONEST, 4, 1);
    IS_NULL(xeploai_rulebook_hold_stream(NULL, MEMBER, &table, NULL, 0, &stream, &out, &error));
    IS_NULL(xeploai_rulebook_hold_stream(rulebook, MEMBER, NULL, NULL, 0, &stream, &out, &error));
    make_table(&table, HONEST, 4, 1);
    IS_NULL(xeploai_rulebook_tally_stream(NULL, &table, NULL, 0, &stream, &error));
    IS_NULL(xeploai_rulebook_tally_stream(rulebook, NULL, NULL, 0, &stream, &error));
#undef IS_NULL

    /* Without a place for the error there is a status all the same. */
    CHECK(xeploai_library_json(NULL, NULL, NULL) == XEPLOAI_NULL);
    CHECK(xeploai_error_status(NULL) == XEPLOAI_NULL);
    CHECK(strcmp(xeploai_error_text(NULL, XEPLOAI_ERROR_JSON, XEPLOAI_ENGLISH, NULL), "") == 0);
    CHECK(xeploai_schema(7, NULL) == NULL);
    xeploai_error_free(NULL);
    xeploai_bytes_free(NULL);
    xeploai_bytes_free(&out);
    xeploai_bytes_free(&out);
    xeploai_library_free(NULL);
    xeploai_rulebook_free(NULL);
    xeploai_case_free(NULL);
    xeploai_cohort_free(NULL);
    xeploai_rated_cohort_free(NULL);
    xeploai_case_free(one);
    xeploai_cohort_free(cohort);
    xeploai_rated_cohort_free(rated);
    xeploai_library_free(library);
    xeploai_rulebook_free(rulebook);
    CHECK(alive == 0);
}

static void wrong_numbers_and_texts(void) {
    xeploai_rulebook *rulebook = builtin("366-qd-tw"), *none = NULL;
    xeploai_case *one = NULL;
    xeploai_error *error = NULL;
    xeploai_bytes out = {NULL, 0};
    xeploai_value values[2];
    xeploai_outcome outcome;
    uint64_t words[8];
    uint32_t fact = 0, missing = 0;
    const uint8_t *bad = (const uint8_t *)"ab\xC3(";

    CHECK(failed_with(xeploai_rulebook_load(bad, 4, &none, &error), XEPLOAI_UTF8, &error));
    CHECK(failed_with(xeploai_rulebook_rate_json(rulebook, bad, 4, FACTS, NULL, 0, &out, &error), XEPLOAI_UTF8, &error));
    CHECK(failed_with(xeploai_rulebook_rate_json(rulebook, MEMBER, bad, 4, NULL, 0, &out, &error), XEPLOAI_UTF8, &error));
    CHECK(failed_with(xeploai_rulebook_rate_json(rulebook, MEMBER, bad, (size_t)-1, NULL, 0, &out, &error), XEPLOAI_LIMIT, &error));
    CHECK(failed_with(xeploai_rulebook_rate_json(rulebook, MEMBER, bad, (size_t)1 << 40, NULL, 0, &out, &error), XEPLOAI_LIMIT, &error));
    CHECK(failed_with(xeploai_rulebook_text(rulebook, 99, 0, &out, &error), XEPLOAI_INVALID_ARGUMENT, &error));
    CHECK(failed_with(xeploai_rulebook_text(rulebook, XEPLOAI_RULEBOOK_PAGE, -1, &out, &error), XEPLOAI_INVALID_ARGUMENT, &error));
    CHECK(failed_with(xeploai_statistics(XEPLOAI_TEXT("sums"), XEPLOAI_TEXT("{}"), &out, &error), XEPLOAI_INVALID_ARGUMENT, &error));
    CHECK(failed_with(xeploai_rulebook_rate_json(rulebook, MEMBER, FACTS, XEPLOAI_TEXT("{\"on_gap\": 1}"), &out, &error),
                      XEPLOAI_REQUEST, &error));
    CHECK(failed_with(xeploai_rulebook_rate_json(rulebook, MEMBER, FACTS,
                                                 XEPLOAI_TEXT("{\"on_gap\": \"lower\", \"on_gap\": \"authority\"}"), &out, &error),
                      XEPLOAI_REQUEST, &error));
    CHECK(strcmp(xeploai_status_name(12345), "unknown") == 0);

    CHECK(xeploai_case_new(rulebook, MEMBER, NULL, 0, &one, NULL) == XEPLOAI_OK);
    CHECK(failed_with(xeploai_case_fact(one, XEPLOAI_TEXT("tasks"), &fact, &error), XEPLOAI_NOT_FOUND, &error));
    CHECK(xeploai_case_fact(one, XEPLOAI_TEXT("exempt_from_activities"), &fact, NULL) == XEPLOAI_OK);
    memset(values, 0, sizeof values);
    values[0].fact = fact;
    values[0].kind = XEPLOAI_VALUE_BOOLEAN;
    values[0].number = 1;
    values[1].fact = 100000;
    values[1].kind = XEPLOAI_VALUE_INTEGER;
    CHECK(failed_with(xeploai_case_set(one, values, 2, &error), XEPLOAI_INVALID_ARGUMENT, &error));
    values[1].fact = missing;
    values[1].kind = 77;
    CHECK(failed_with(xeploai_case_set(one, values, 2, &error), XEPLOAI_INVALID_ARGUMENT, &error));
    values[1].kind = XEPLOAI_VALUE_TEXT;
    values[1].text = bad;
    values[1].text_len = 4;
    CHECK(failed_with(xeploai_case_set(one, values, 2, &error), XEPLOAI_UTF8, &error));
    values[1].kind = XEPLOAI_VALUE_DECIMAL;
    values[1].scale = 19;
    CHECK(failed_with(xeploai_case_set(one, values, 2, &error), XEPLOAI_INVALID_ARGUMENT, &error));
    CHECK(failed_with(xeploai_case_set(one, values, (size_t)-1, &error), XEPLOAI_INVALID_ARGUMENT, &error));
    /* Nothing of all that was stated. */
    CHECK(xeploai_case_rate(one, &outcome, NULL, 0, NULL) == XEPLOAI_OK && outcome.outcome == XEPLOAI_OUTCOME_UNDETERMINED);
    CHECK(xeploai_case_set(one, values, 1, NULL) == XEPLOAI_OK);
    CHECK(failed_with(xeploai_case_rate(one, &outcome, words, 0, &error), XEPLOAI_BUFFER_TOO_SMALL, &error));
    CHECK(outcome.outcome == XEPLOAI_OUTCOME_NOT_REVIEWED && outcome.reason_words > 0 && outcome.reason_words <= 8);
    CHECK(xeploai_case_rate(one, &outcome, words, 8, NULL) == XEPLOAI_OK);
    /* Twice is no silent change: the case is invalid until it is cleared. */
    CHECK(xeploai_case_set(one, values, 1, NULL) == XEPLOAI_OK);
    CHECK(xeploai_case_rate(one, &outcome, NULL, 0, NULL) == XEPLOAI_OK && outcome.outcome == XEPLOAI_OUTCOME_INVALID);
    CHECK(xeploai_case_clear(one, NULL) == XEPLOAI_OK);
    CHECK(xeploai_case_rate(one, &outcome, NULL, 0, NULL) == XEPLOAI_OK && outcome.outcome == XEPLOAI_OUTCOME_UNDETERMINED);
    xeploai_case_free(one);
    xeploai_rulebook_free(rulebook);
}

/* The answers of the typed path are those of JSON. */
static void typed_like_json(void) {
    xeploai_rulebook *rulebook = builtin("366-qd-tw");
    xeploai_case *one = NULL, *other = NULL;
    xeploai_value values[4];
    xeploai_bytes typed = {NULL, 0}, json = {NULL, 0};
    memset(values, 0, sizeof values);
    CHECK(xeploai_case_new(rulebook, MEMBER, NULL, 0, &one, NULL) == XEPLOAI_OK);
    CHECK(xeploai_case_new(rulebook, MEMBER, NULL, 0, &other, NULL) == XEPLOAI_OK);
    CHECK(xeploai_case_fact(one, XEPLOAI_TEXT("score_results"), &values[0].fact, NULL) == XEPLOAI_OK);
    CHECK(xeploai_case_fact(one, XEPLOAI_TEXT("admitted_on"), &values[1].fact, NULL) == XEPLOAI_OK);
    CHECK(xeploai_case_fact(one, XEPLOAI_TEXT("discipline_on_duty"), &values[2].fact, NULL) == XEPLOAI_OK);
    CHECK(xeploai_case_fact(one, XEPLOAI_TEXT("tasks_assigned"), &values[3].fact, NULL) == XEPLOAI_OK);
    values[0].kind = XEPLOAI_VALUE_DECIMAL;
    values[0].number = 6199;
    values[0].scale = 2;
    values[1].kind = XEPLOAI_VALUE_DATE;
    values[1].number = 14748; /* 2010-05-19 */
    values[2].kind = XEPLOAI_VALUE_TEXT;
    values[2].text = (const uint8_t *)"warning";
    values[2].text_len = 7;
    values[3].kind = XEPLOAI_VALUE_INTEGER;
    values[3].number = -3;
    CHECK(xeploai_case_set(one, values, 4, NULL) == XEPLOAI_OK);
    CHECK(xeploai_case_set_json(other, XEPLOAI_TEXT("{\"score_results\": \"61.99\", \"admitted_on\": \"2010-05-19\", "
                                                    "\"discipline_on_duty\": \"warning\", \"tasks_assigned\": -3}"), NULL) == XEPLOAI_OK);
    CHECK(xeploai_case_text(one, XEPLOAI_RESULT_JSON, XEPLOAI_ENGLISH, &typed, NULL) == XEPLOAI_OK);
    CHECK(xeploai_case_text(other, XEPLOAI_RESULT_JSON, XEPLOAI_ENGLISH, &json, NULL) == XEPLOAI_OK);
    CHECK(typed.len == json.len && typed.len > 0 && memcmp(typed.data, json.data, json.len) == 0);
    xeploai_bytes_free(&typed);
    xeploai_bytes_free(&json);
    xeploai_case_free(one);
    xeploai_case_free(other);
    xeploai_rulebook_free(rulebook);
}

/* A hundred megabytes, and a hundred thousand brackets within each other. */
static void much_and_deep(size_t much) {
    xeploai_rulebook *rulebook = builtin("366-qd-tw"), *none = NULL;
    xeploai_error *error = NULL;
    xeploai_bytes out = {NULL, 0};
    size_t deep = 200001;
    char *text = (char *)malloc(much);
    memset(text, 'x', much);
    memcpy(text, "{\"tasks_done\": \"", 16);
    memcpy(text + much - 2, "\"}", 2);
    CHECK(xeploai_rulebook_rate_json(rulebook, MEMBER, (const uint8_t *)text, much, NULL, 0, &out, NULL) == XEPLOAI_OK);
    CHECK(out.len > 0 && out.len < 20000);
    xeploai_bytes_free(&out);
    CHECK(failed_with(xeploai_rulebook_load((const uint8_t *)text, much, &none, &error), XEPLOAI_LOAD, &error));
    memset(text, '[', deep);
    CHECK(failed_with(xeploai_rulebook_load((const uint8_t *)text, deep, &none, &error), XEPLOAI_LOAD, &error));
    memcpy(text, "{\"a\":", 5);
    CHECK(xeploai_rulebook_rate_json(rulebook, MEMBER, (const uint8_t *)text, deep, NULL, 0, &out, NULL) == XEPLOAI_OK);
    xeploai_bytes_free(&out);
    CHECK(failed_with(xeploai_statistics(XEPLOAI_TEXT("tally"), (const uint8_t *)text, deep, &out, &error), XEPLOAI_REQUEST, &error));
    free(text);
    xeploai_rulebook_free(rulebook);
}

/* Reads a stream to its end; the rows, or -1 where it fails. */
static int64_t drain(struct ArrowArrayStream *stream) {
    int64_t rows = 0;
    for (;;) {
        struct ArrowArray batch;
        if (stream->get_next(stream, &batch) != 0) {
            const char *told = stream->get_last_error(stream);
            CHECK(told != NULL && strlen(told) > 0);
            return -1;
        }
        if (batch.release == NULL) {
            return rows;
        }
        rows += batch.length;
        batch.release(&batch);
    }
}

static void streams_that_lie(void) {
    xeploai_rulebook *rulebook = builtin("366-qd-tw");
    xeploai_error *error = NULL;
    int lie;
    for (lie = HONEST; lie <= NO_TABLE; lie++) {
        struct ArrowArrayStream table, rated, counted;
        int32_t status;
        make_table(&table, (enum lie)lie, 10, 3);
        status = xeploai_rulebook_rate_stream(rulebook, MEMBER, &table, NULL, 0, NULL, &rated, &error);
        CHECK(table.release == NULL);
        if (lie == BAD_FORMAT || lie == NO_TABLE) {
            CHECK(failed_with(status, XEPLOAI_STREAM, &error) && rated.release == NULL);
            continue;
        }
        CHECK(status == XEPLOAI_OK && error == NULL);
        CHECK(drain(&rated) == (lie == HONEST ? 30 : -1));
        rated.release(&rated);
        /* What reads all at once says so at once. */
        make_table(&table, (enum lie)lie, 10, 3);
        status = xeploai_rulebook_tally_stream(rulebook, &table, NULL, 0, &counted, &error);
        CHECK(failed_with(status, lie == HONEST ? XEPLOAI_TABLE : XEPLOAI_STREAM, &error));
    }
    /* A stream that was read has nothing to be read. */
    {
        struct ArrowArrayStream table, rated;
        make_table(&table, HONEST, 10, 1);
        table.release(&table);
        CHECK(failed_with(xeploai_rulebook_rate_stream(rulebook, MEMBER, &table, NULL, 0, NULL, &rated, &error), XEPLOAI_STREAM, &error));
    }
    CHECK(alive == 0);
    xeploai_rulebook_free(rulebook);
}

/* Rows of a table are rated as their cases alone. */
static void a_table_like_its_cases(void) {
    xeploai_rulebook *rulebook = builtin("366-qd-tw");
    xeploai_case *one = NULL;
    xeploai_outcome outcome;
    struct ArrowArrayStream table, rated, counted;
    struct ArrowSchema schema;
    struct ArrowArray batch;
    int64_t counts[6] = {0}, place, row;
    xeploai_value values[2];
    memset(values, 0, sizeof values);
    CHECK(xeploai_case_new(rulebook, MEMBER, NULL, 0, &one, NULL) == XEPLOAI_OK);
    CHECK(xeploai_case_fact(one, XEPLOAI_TEXT("exempt_from_activities"), &values[0].fact, NULL) == XEPLOAI_OK);
    CHECK(xeploai_case_fact(one, XEPLOAI_TEXT("tasks_assigned"), &values[1].fact, NULL) == XEPLOAI_OK);
    values[0].kind = XEPLOAI_VALUE_BOOLEAN;
    values[1].kind = XEPLOAI_VALUE_INTEGER;
    for (row = 0; row < 1000; row++) {
        values[0].number = row % 3 == 0;
        values[1].number = row % 50;
        CHECK(xeploai_case_clear(one, NULL) == XEPLOAI_OK && xeploai_case_set(one, values, 2, NULL) == XEPLOAI_OK);
        CHECK(xeploai_case_rate(one, &outcome, NULL, 0, NULL) == XEPLOAI_OK);
        counts[outcome.outcome]++;
    }
    make_table(&table, HONEST, 1000, 2);
    CHECK(xeploai_rulebook_rate_stream(rulebook, MEMBER, &table, XEPLOAI_TEXT("{\"threads\": 2}"), NULL, &rated, NULL) == XEPLOAI_OK);
    CHECK(xeploai_rulebook_tally_stream(rulebook, &rated, NULL, 0, &counted, NULL) == XEPLOAI_OK);
    CHECK(counted.get_schema(&counted, &schema) == 0 && counted.get_next(&counted, &batch) == 0);
    CHECK(batch.length == 1);
    for (place = 0; place < schema.n_children; place++) {
        const char *name = schema.children[place]->name;
        const int64_t *column = (const int64_t *)batch.children[place]->buffers[1];
        if (strcmp(name, "undetermined") == 0) {
            CHECK(strcmp(schema.children[place]->format, "l") == 0 || strcmp(schema.children[place]->format, "L") == 0);
            CHECK(column[batch.children[place]->offset] == 2 * counts[XEPLOAI_OUTCOME_UNDETERMINED]);
        }
        if (strcmp(name, "not_reviewed") == 0) {
            CHECK(column[batch.children[place]->offset] == 2 * counts[XEPLOAI_OUTCOME_NOT_REVIEWED]);
        }
    }
    CHECK(counts[XEPLOAI_OUTCOME_NOT_REVIEWED] == 334);
    batch.release(&batch);
    schema.release(&schema);
    counted.release(&counted);
    xeploai_case_free(one);
    xeploai_rulebook_free(rulebook);
    CHECK(alive == 0);
}

/* One group of a thousand members: 334 are exempt, of the others little is known, so the quota has bounds. */
static void a_table_held(void) {
    static const char group[] = "\"group\":[\"n\"],\"rate\":\"20%\",\"candidates\":[0,666],\"base\":[0,666],\"most\":[0,111],\"over\":[0,555]";
    xeploai_rulebook *rulebook = builtin("366-qd-tw");
    struct ArrowArrayStream table, rated, held;
    xeploai_bytes quotas = {NULL, 0};
    char *text;
    make_table(&table, HONEST, 1000, 1);
    CHECK(xeploai_rulebook_rate_stream(rulebook, MEMBER, &table, NULL, 0, NULL, &rated, NULL) == XEPLOAI_OK);
    CHECK(xeploai_rulebook_hold_stream(rulebook, MEMBER, &rated, XEPLOAI_TEXT("{\"groups\": {\"position_group\": [\"note\"]}}"),
                                       &held, &quotas, NULL) == XEPLOAI_OK);
    CHECK(rated.release == NULL && quotas.len > 0);
    text = (char *)calloc(quotas.len + 1, 1);
    if (quotas.len > 0) {
        memcpy(text, quotas.data, quotas.len);
    }
    CHECK(strstr(text, group) != NULL);
    if (strstr(text, group) == NULL) {
        fprintf(stderr, "%s\n", text);
    }
    free(text);
    CHECK(drain(&held) == 1000);
    held.release(&held);
    xeploai_bytes_free(&quotas);
    xeploai_rulebook_free(rulebook);
    CHECK(alive == 0);
}

typedef struct {
    int told, logged, dropped, stop;
} hooks;

static int32_t on_progress(void *user_data, uint64_t rows) {
    hooks *seen = (hooks *)user_data;
    seen->told += rows > 0;
    return seen->stop;
}

static void on_log(void *user_data, const char *vi, const char *en) {
    hooks *seen = (hooks *)user_data;
    seen->logged += strlen(vi) > 0 && strlen(en) > 0;
}

static void on_drop(void *user_data) {
    ((hooks *)user_data)->dropped++;
}

static void callbacks(void) {
    xeploai_rulebook *rulebook = builtin("366-qd-tw");
    xeploai_library *library = NULL;
    xeploai_cohort *cohort = NULL;
    xeploai_rated_cohort *rated_cohort = NULL;
    xeploai_error *error = NULL;
    struct ArrowArrayStream table, rated;
    xeploai_callbacks all;
    hooks seen;
    memset(&all, 0, sizeof all);
    all.struct_size = (uint32_t)sizeof all;
    all.progress = on_progress;
    all.log = on_log;
    all.drop_user_data = on_drop;
    all.user_data = &seen;

    memset(&seen, 0, sizeof seen);
    make_table(&table, HONEST, 1000000, 2);
    CHECK(xeploai_rulebook_rate_stream(rulebook, MEMBER, &table, NULL, 0, &all, &rated, NULL) == XEPLOAI_OK);
    CHECK(seen.logged > 0 && seen.dropped == 0);
    CHECK(drain(&rated) == 2000000 && seen.told > 1);
    rated.release(&rated);
    CHECK(seen.dropped == 1);

    /* A callback that fails stops it. */
    memset(&seen, 0, sizeof seen);
    seen.stop = -1;
    make_table(&table, HONEST, 1000000, 2);
    CHECK(xeploai_rulebook_rate_stream(rulebook, MEMBER, &table, NULL, 0, &all, &rated, NULL) == XEPLOAI_OK);
    CHECK(drain(&rated) == -1 && seen.told == 1);
    rated.release(&rated);
    CHECK(seen.dropped == 1);

    /* What is dropped is dropped where the call fails too, and a struct of an older header is taken. */
    memset(&seen, 0, sizeof seen);
    make_table(&table, HONEST, 10, 1);
    CHECK(failed_with(xeploai_rulebook_rate_stream(rulebook, XEPLOAI_TEXT("members"), &table, NULL, 0, &all, &rated, &error),
                      XEPLOAI_UNKNOWN_SUBJECT, &error));
    CHECK(seen.dropped == 1);
    all.struct_size = 8;
    make_table(&table, HONEST, 10, 1);
    CHECK(xeploai_rulebook_rate_stream(rulebook, MEMBER, &table, NULL, 0, &all, &rated, NULL) == XEPLOAI_OK);
    CHECK(drain(&rated) == 10);
    rated.release(&rated);
    CHECK(seen.dropped == 1 && seen.told == 0);
    all.struct_size = 0;
    make_table(&table, HONEST, 10, 1);
    CHECK(failed_with(xeploai_rulebook_rate_stream(rulebook, MEMBER, &table, NULL, 0, &all, &rated, &error), XEPLOAI_ABI_MISMATCH, &error));
    if (table.release != NULL) {
        table.release(&table);
    }

    /* A cohort tells and stops too. */
    all.struct_size = (uint32_t)sizeof all;
    memset(&seen, 0, sizeof seen);
    CHECK(xeploai_library_builtin(&library, NULL) == XEPLOAI_OK);
    CHECK(xeploai_cohort_new(library, XEPLOAI_TEXT("{\"period_end\": \"2025-12-31\", \"subjects\": {\"member\": [{\"id\": \"DV1\"}]}}"),
                             &cohort, NULL) == XEPLOAI_OK);
    CHECK(xeploai_cohort_rate(cohort, &all, &rated_cohort, NULL) == XEPLOAI_OK && seen.told == 1 && seen.dropped == 1);
    xeploai_rated_cohort_free(rated_cohort);
    seen.stop = 1;
    CHECK(failed_with(xeploai_cohort_rate(cohort, &all, &rated_cohort, &error), XEPLOAI_CANCELLED, &error));
    CHECK(rated_cohort == NULL && seen.dropped == 2);
    xeploai_cohort_free(cohort);
    xeploai_library_free(library);
    xeploai_rulebook_free(rulebook);
    CHECK(alive == 0);
}

#define THREADS 8

typedef struct {
    const xeploai_rulebook *rulebook;
    xeploai_case *shared;
    const xeploai_bytes *expected;
    double seconds;
    long same, other, busy;
} work;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void *share(void *argument) {
    work *mine = (work *)argument;
    double end = now() + mine->seconds;
    do {
        xeploai_bytes out = {NULL, 0};
        int32_t status = xeploai_rulebook_rate_json(mine->rulebook, MEMBER, FACTS, NULL, 0, &out, NULL);
        if (status == XEPLOAI_OK && out.len == mine->expected->len && memcmp(out.data, mine->expected->data, out.len) == 0) {
            mine->same++;
        } else {
            mine->other++;
        }
        xeploai_bytes_free(&out);
        /* A case is for one thread at a time: another is refused, and neither gets a wrong answer. */
        status = xeploai_case_text(mine->shared, XEPLOAI_RESULT_JSON, XEPLOAI_ENGLISH, &out, NULL);
        if (status == XEPLOAI_BUSY) {
            mine->busy++;
        } else if (status != XEPLOAI_OK || out.len != mine->expected->len || memcmp(out.data, mine->expected->data, out.len) != 0) {
            mine->other++;
        }
        xeploai_bytes_free(&out);
    } while (now() < end);
    return NULL;
}

static void threads(double seconds) {
    xeploai_rulebook *rulebook = builtin("366-qd-tw");
    xeploai_case *one = NULL;
    xeploai_bytes expected = {NULL, 0};
    pthread_t all[THREADS];
    work works[THREADS];
    long same = 0;
    int place;
    CHECK(xeploai_rulebook_rate_json(rulebook, MEMBER, FACTS, NULL, 0, &expected, NULL) == XEPLOAI_OK);
    CHECK(xeploai_case_new(rulebook, MEMBER, NULL, 0, &one, NULL) == XEPLOAI_OK);
    CHECK(xeploai_case_set_json(one, FACTS, NULL) == XEPLOAI_OK);
    for (place = 0; place < THREADS; place++) {
        work start = {NULL, NULL, NULL, 0, 0, 0, 0};
        start.rulebook = rulebook;
        start.shared = one;
        start.expected = &expected;
        start.seconds = seconds;
        works[place] = start;
        CHECK(pthread_create(&all[place], NULL, share, &works[place]) == 0);
    }
    for (place = 0; place < THREADS; place++) {
        CHECK(pthread_join(all[place], NULL) == 0);
        CHECK(works[place].other == 0 && works[place].same > 0);
        same += works[place].same;
    }
    printf("C, threads: %d threads for %.0f s, %ld equal answers\n", THREADS, seconds, same);
    xeploai_bytes_free(&expected);
    xeploai_case_free(one);
    xeploai_rulebook_free(rulebook);
}

int main(int count, char **arguments) {
    CHECK(xeploai_abi_version() == XEPLOAI_ABI_VERSION);
    every_pointer_null();
    wrong_numbers_and_texts();
    typed_like_json();
    /* The second argument: how many megabytes of JSON. */
    much_and_deep((size_t)(count > 2 ? atoi(arguments[2]) : 100) << 20);
    streams_that_lie();
    a_table_like_its_cases();
    a_table_held();
    callbacks();
    threads(count > 1 ? atof(arguments[1]) : 1.0);
    return closing("under strain");
}
