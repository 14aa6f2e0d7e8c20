//! Whether the structs of Arrow that C hands over have the form that the interface says: looked at before they are read, since
//! whoever reads them trusts them.

use std::ffi::{CStr, c_char, c_void};

use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema};
use arrow_data::layout;
use arrow_schema::DataType;
use xeploai::Language;
use xeploai::catalogue::{Message, fill};

/// A schema as it lies in memory.
#[repr(C)]
struct RawSchema {
    format: *const c_char,
    name: *const c_char,
    metadata: *const c_char,
    flags: i64,
    n_children: i64,
    children: *mut *mut RawSchema,
    dictionary: *mut RawSchema,
    release: Option<unsafe extern "C" fn(*mut RawSchema)>,
    private_data: *mut c_void,
}

/// An array as it lies in memory.
#[repr(C)]
struct RawArray {
    length: i64,
    null_count: i64,
    offset: i64,
    n_buffers: i64,
    n_children: i64,
    buffers: *mut *const c_void,
    children: *mut *mut RawArray,
    dictionary: *mut RawArray,
    release: Option<unsafe extern "C" fn(*mut RawArray)>,
    private_data: *mut c_void,
}

const _: () = assert!(size_of::<RawSchema>() == size_of::<FFI_ArrowSchema>());
const _: () = assert!(size_of::<RawArray>() == size_of::<FFI_ArrowArray>());

/// How deep columns may lie within each other.
const DEEPEST: usize = 64;
/// How many columns a table may have.
const MOST_CHILDREN: i64 = 1 << 16;
/// How many rows a batch may have.
const MOST_ROWS: i64 = 1 << 48;

fn unlike(column: &str, what: &str, expected: impl ToString, part: &str, found: impl ToString) -> String {
    let (expected, found) = (expected.to_string(), found.to_string());
    let values = [("column", column), ("type", what), ("expected", &expected), ("part", part), ("found", &found)];
    fill(Message::CallStreamParts, Language::English, &values)
}

/// A schema before it is taken for one.
///
/// # Errors
/// What is wrong with it, in English as everything that a stream says.
pub(crate) fn schema(found: &FFI_ArrowSchema) -> Result<(), String> {
    // SAFETY: the mirror has the layout of the interface, as the other has.
    schema_at(unsafe { &*std::ptr::from_ref(found).cast::<RawSchema>() }, 0)
}

fn schema_at(found: &RawSchema, depth: usize) -> Result<(), String> {
    if found.release.is_none() && depth == 0 {
        return Err(unlike("", "schema", "a schema", "", "none"));
    }
    let name = text(found.name).map_err(|told| unlike("", "schema", "UTF-8 text", "name", told))?.unwrap_or_default();
    let format = text(found.format).map_err(|told| unlike(name, "schema", "UTF-8 text", "format", told))?;
    let format = format.ok_or_else(|| unlike(name, "schema", "a text", "format", "NULL"))?;
    if depth > DEEPEST {
        return Err(unlike(name, format, DEEPEST, "levels at most", "more"));
    }
    let children = found.n_children;
    if !(0..=MOST_CHILDREN).contains(&children) {
        return Err(unlike(name, format, format_args!("0 to {MOST_CHILDREN}"), "children", children));
    }
    let wanted = match format.as_bytes() {
        [b'+', b'l' | b'L' | b'w' | b'm', ..] | [b'+', b'v', b'l' | b'L', ..] => Some(1),
        [b'+', b'r', ..] => Some(2),
        [b'+', ..] => None,
        _ => Some(0),
    };
    if wanted.is_some_and(|wanted| wanted != children) {
        return Err(unlike(name, format, wanted.unwrap_or(0), "children", children));
    }
    if children > 0 && found.children.is_null() {
        return Err(unlike(name, format, children, "children", "NULL"));
    }
    for place in 0..children as usize {
        // SAFETY: there are so many pointers, says the schema, and the list of them is not NULL.
        let child = unsafe { *found.children.add(place) };
        // SAFETY: it is NULL or points to a schema, says the interface.
        let child = unsafe { child.as_ref() }.ok_or_else(|| unlike(name, format, children, "children", "NULL"))?;
        schema_at(child, depth.saturating_add(1))?;
    }
    // SAFETY: it is NULL or points to a schema, says the interface.
    unsafe { found.dictionary.as_ref() }.map_or(Ok(()), |values| schema_at(values, depth.saturating_add(1)))
}

/// A text that ends with a zero byte; nothing of NULL.
fn text<'t>(pointer: *const c_char) -> Result<Option<&'t str>, &'static str> {
    if pointer.is_null() {
        return Ok(None);
    }
    // SAFETY: the interface says that it ends with a zero byte and lives as long as the schema.
    unsafe { CStr::from_ptr(pointer) }.to_str().map(Some).map_err(|_| "other bytes")
}

/// Whether sizes that stand in a type are possible.
pub(crate) fn sizes(kind: &DataType) -> Result<(), String> {
    match kind {
        DataType::FixedSizeBinary(size) if *size < 0 => Err(unlike("", "w", "0 or more", "bytes", size)),
        DataType::FixedSizeList(_, size) if *size < 0 => Err(unlike("", "+w", "0 or more", "items", size)),
        DataType::Struct(fields) => fields.iter().try_for_each(|field| sizes(field.data_type())),
        DataType::List(field)
        | DataType::LargeList(field)
        | DataType::FixedSizeList(field, _)
        | DataType::ListView(field)
        | DataType::LargeListView(field)
        | DataType::Map(field, _) => sizes(field.data_type()),
        DataType::Dictionary(_, values) => sizes(values),
        _ => Ok(()),
    }
}

/// An array before it is taken for one of a type.
///
/// # Errors
/// What is wrong with it, in English as everything that a stream says.
pub(crate) fn array(found: &FFI_ArrowArray, kind: &DataType) -> Result<(), String> {
    // SAFETY: the mirror has the layout of the interface, as the other has.
    array_at(unsafe { &*std::ptr::from_ref(found).cast::<RawArray>() }, kind, "", None)
}

fn array_at(found: &RawArray, kind: &DataType, column: &str, least: Option<i64>) -> Result<(), String> {
    let what = kind.to_string();
    let unlike = |expected: &dyn ToString, part: &str, found: &dyn ToString| {
        unlike(column, &what, expected.to_string(), part, found.to_string())
    };
    for (part, number) in [("rows", found.length), ("rows before them", found.offset)] {
        if !(0..=MOST_ROWS).contains(&number) {
            return Err(unlike(&format_args!("0 to {MOST_ROWS}"), part, &number));
        }
    }
    let rows = found.length.saturating_add(found.offset);
    if let Some(least) = least.filter(|least| found.length < *least) {
        return Err(unlike(&least, "rows", &found.length));
    }
    if found.null_count < -1 || found.null_count > found.length {
        return Err(unlike(&format_args!("-1 to {}", found.length), "nulls", &found.null_count));
    }
    let form = layout(kind);
    let buffers = form.buffers.len().saturating_add(usize::from(form.can_contain_null_mask)) as i64;
    let good = match form.variadic {
        // The last buffer has the lengths of those before it.
        true => (buffers.saturating_add(1)..MOST_CHILDREN).contains(&found.n_buffers),
        false => found.n_buffers == buffers,
    };
    if !good {
        return Err(unlike(&buffers, "buffers", &found.n_buffers));
    }
    if found.n_buffers > 0 && found.buffers.is_null() {
        return Err(unlike(&buffers, "buffers", &"NULL"));
    }
    // SAFETY: there are so many pointers, says the array, and the list of them is not NULL.
    let buffer = |place: i64| unsafe { *found.buffers.add(place as usize) };
    if form.variadic {
        views(&buffer, buffers, found.n_buffers).map_err(|place| unlike(&"its bytes", "buffer", &place))?;
    }
    let offsets = match kind {
        DataType::Utf8 | DataType::Binary | DataType::List(_) | DataType::Map(..) => Some(4),
        DataType::LargeUtf8 | DataType::LargeBinary | DataType::LargeList(_) => Some(8),
        _ => None,
    };
    if let Some(width) = offsets.filter(|_| rows > 0) {
        if buffer(1).is_null() {
            return Err(unlike(&"offsets", "", &"NULL"));
        }
        // SAFETY: the interface says that there is one offset more than rows.
        let (first, last) = unsafe { (offset(buffer(1), found.offset, width), offset(buffer(1), rows, width)) };
        if first < 0 || last < first {
            return Err(unlike(&"offsets that grow from 0", "", &format_args!("{first} … {last}")));
        }
    }
    let children: Vec<(&str, &DataType)> = match kind {
        DataType::Struct(fields) => fields.iter().map(|field| (field.name().as_str(), field.data_type())).collect(),
        DataType::Union(fields, _) => {
            fields.iter().map(|(_, field)| (field.name().as_str(), field.data_type())).collect()
        }
        DataType::List(field)
        | DataType::LargeList(field)
        | DataType::FixedSizeList(field, _)
        | DataType::ListView(field)
        | DataType::LargeListView(field)
        | DataType::Map(field, _) => vec![(column, field.data_type())],
        DataType::RunEndEncoded(ends, values) => vec![(column, ends.data_type()), (column, values.data_type())],
        _ => Vec::new(),
    };
    if found.n_children != children.len() as i64 {
        return Err(unlike(&children.len(), "children", &found.n_children));
    }
    let least = match kind {
        DataType::Struct(_) => Some(rows),
        DataType::FixedSizeList(_, size) => Some(rows.saturating_mul(i64::from(*size))),
        _ => None,
    };
    for (place, (name, child)) in children.into_iter().enumerate() {
        let list = (!found.children.is_null()).then_some(found.children);
        // SAFETY: there are so many pointers, says the array, and the list of them is not NULL.
        let pointer = list.map_or(std::ptr::null_mut(), |list| unsafe { *list.add(place) });
        // SAFETY: it is NULL or points to an array, says the interface.
        let array = unsafe { pointer.as_ref() }.ok_or_else(|| unlike(&"children", "", &"NULL"))?;
        array_at(array, child, name, least)?;
    }
    // SAFETY: it is NULL or points to an array, says the interface.
    match (kind, unsafe { found.dictionary.as_ref() }) {
        (DataType::Dictionary(_, values), Some(dictionary)) => array_at(dictionary, values, column, None),
        (DataType::Dictionary(..), None) => Err(unlike(&"a dictionary", "", &"NULL")),
        (_, Some(_)) => Err(unlike(&"no dictionary", "", &"one")),
        (_, None) => Ok(()),
    }
}

/// An offset, which may stand unaligned.
///
/// # Safety
/// There are more offsets than `place`.
unsafe fn offset(buffer: *const c_void, place: i64, width: usize) -> i64 {
    let place = place as usize;
    match width {
        // SAFETY: by the contract.
        4 => i64::from(unsafe { buffer.cast::<i32>().add(place).read_unaligned() }),
        // SAFETY: by the contract.
        _ => unsafe { buffer.cast::<i64>().add(place).read_unaligned() },
    }
}

/// The lengths of the buffers of views; the first buffer that is not there is the error.
fn views(buffer: &dyn Fn(i64) -> *const c_void, first: i64, found: i64) -> Result<(), i64> {
    let last = found.saturating_sub(1);
    let lengths = buffer(last);
    for place in first..last {
        if lengths.is_null() {
            return Err(last);
        }
        // SAFETY: the interface says that there are so many lengths.
        let length = unsafe { offset(lengths, place.saturating_sub(first), 8) };
        if length < 0 || (length > 0 && buffer(place).is_null()) {
            return Err(place);
        }
    }
    Ok(())
}
