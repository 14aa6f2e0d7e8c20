/* A table of Arrow made by hand, as a program without a library of Arrow would, and ways for it to lie. */
#ifndef TABLE_H
#define TABLE_H

#include "check.h"

enum lie {
    HONEST,
    FEWER_CHILDREN,
    FEWER_BUFFERS,
    NULL_OFFSETS,
    NEGATIVE_OFFSETS,
    NOT_UTF8,
    SHORT_CHILD,
    NEGATIVE_LENGTH,
    NULL_CHILD,
    FAILS,
    BAD_FORMAT,
    NO_TABLE
};

#define COLUMNS 3

/* How many schemas, arrays and streams are not yet released. */
static long alive;

typedef struct {
    const void *buffers[COLUMNS + 1][3];
    const void *rows[1];
    struct ArrowArray columns[COLUMNS];
    struct ArrowArray *children[COLUMNS];
    struct table_data *table;
} batch_data;

/* The buffers live as long as the stream or any of its batches: a batch may outlive its stream. */
typedef struct table_data {
    enum lie lie;
    int64_t rows, batches, at;
    long users;
    uint8_t *exempt; /* bits */
    int32_t *assigned;
    int32_t *offsets;
    char *texts;
} table_data;

typedef struct {
    struct ArrowSchema columns[COLUMNS];
    struct ArrowSchema *children[COLUMNS];
} schema_data;

static void release_child_schema(struct ArrowSchema *schema) {
    schema->release = NULL;
}

static void release_schema(struct ArrowSchema *schema) {
    free(schema->private_data);
    schema->release = NULL;
    alive--;
}

static void release_child(struct ArrowArray *array) {
    array->release = NULL;
}

static void leave_table(table_data *table) {
    if (--table->users > 0) {
        return;
    }
    free(table->exempt);
    free(table->assigned);
    free(table->offsets);
    free(table->texts);
    free(table);
}

static void release_array(struct ArrowArray *array) {
    leave_table(((batch_data *)array->private_data)->table);
    free(array->private_data);
    array->release = NULL;
    alive--;
}

static void release_table(struct ArrowArrayStream *stream) {
    leave_table((table_data *)stream->private_data);
    stream->release = NULL;
    alive--;
}

static const char *table_error(struct ArrowArrayStream *stream) {
    (void)stream;
    return "the producer failed";
}

static int table_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    static const char *const names[COLUMNS] = {"exempt_from_activities", "tasks_assigned", "note"};
    static const char *const formats[COLUMNS] = {"b", "i", "u"};
    const table_data *table = (const table_data *)stream->private_data;
    schema_data *data = (schema_data *)calloc(1, sizeof *data);
    int place;
    for (place = 0; place < COLUMNS; place++) {
        data->children[place] = &data->columns[place];
        data->columns[place].format = table->lie == BAD_FORMAT ? "?" : formats[place];
        data->columns[place].name = names[place];
        data->columns[place].flags = ARROW_FLAG_NULLABLE;
        data->columns[place].release = release_child_schema;
    }
    memset(out, 0, sizeof *out);
    out->format = table->lie == NO_TABLE ? "i" : "+s";
    out->name = "";
    out->n_children = table->lie == NO_TABLE ? 0 : COLUMNS;
    out->children = data->children;
    out->private_data = data;
    out->release = release_schema;
    alive++;
    return 0;
}

static int table_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    table_data *table = (table_data *)stream->private_data;
    batch_data *data;
    int place;
    memset(out, 0, sizeof *out);
    if (table->lie == FAILS) {
        return 5;
    }
    if (table->at == table->batches) {
        return 0;
    }
    table->at++;
    data = (batch_data *)calloc(1, sizeof *data);
    data->table = table;
    table->users++;
    data->buffers[0][1] = table->exempt;
    data->buffers[1][1] = table->assigned;
    data->buffers[2][1] = table->lie == NULL_OFFSETS ? NULL : table->offsets;
    data->buffers[2][2] = table->texts;
    for (place = 0; place < COLUMNS; place++) {
        data->children[place] = &data->columns[place];
        data->columns[place].length = table->rows;
        data->columns[place].n_buffers = place == 2 ? 3 : 2;
        data->columns[place].buffers = data->buffers[place];
        data->columns[place].release = release_child;
    }
    if (table->lie == FEWER_BUFFERS) {
        data->columns[2].n_buffers = 2;
    }
    if (table->lie == SHORT_CHILD) {
        data->columns[1].length = table->rows - 1;
    }
    if (table->lie == NULL_CHILD) {
        data->children[1] = NULL;
    }
    out->length = table->lie == NEGATIVE_LENGTH ? -1 : table->rows;
    out->n_buffers = 1;
    out->buffers = data->rows;
    out->n_children = table->lie == FEWER_CHILDREN ? 2 : COLUMNS;
    out->children = data->children;
    out->private_data = data;
    out->release = release_array;
    alive++;
    return 0;
}

/* A table: every third row is exempt, the others have 0, 1, 2 … tasks; the note is "n" of each row. */
static void make_table(struct ArrowArrayStream *out, enum lie lie, int64_t rows, int64_t batches) {
    table_data *table = (table_data *)calloc(1, sizeof *table);
    int64_t row;
    table->lie = lie;
    table->rows = rows;
    table->users = 1;
    table->batches = batches;
    table->exempt = (uint8_t *)calloc((size_t)rows / 8 + 1, 1);
    table->assigned = (int32_t *)calloc((size_t)rows + 1, sizeof(int32_t));
    table->offsets = (int32_t *)calloc((size_t)rows + 1, sizeof(int32_t));
    table->texts = (char *)malloc((size_t)rows + 1);
    memset(table->texts, lie == NOT_UTF8 ? 0xFF : 'n', (size_t)rows + 1);
    for (row = 0; row < rows; row++) {
        if (row % 3 == 0) {
            table->exempt[row / 8] |= (uint8_t)(1 << (row % 8));
        }
        table->assigned[row] = (int32_t)(row % 50);
        table->offsets[row + 1] = lie == NEGATIVE_OFFSETS ? -1 : (int32_t)(row + 1);
    }
    memset(out, 0, sizeof *out);
    out->get_schema = table_schema;
    out->get_next = table_next;
    out->get_last_error = table_error;
    out->release = release_table;
    out->private_data = table;
    alive++;
}

#endif
