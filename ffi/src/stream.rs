//! Tables of Arrow in and out through its C stream interface.
//!
//! The interface trusts whoever hands a table over. Here the shape of what comes is compared with what its schema says
//! before it is read, and texts are looked through, so that a stream that lies ends as an error.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi_and_data_type};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{Array, RecordBatch, RecordBatchOptions, RecordBatchReader, StructArray};
use arrow_data::layout;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use xeploai::Language;
use xeploai::catalogue::Message;

use crate::error::{Failure, same, told};
use crate::handle::{Answer, Place, caught, place};
use crate::status::{XEPLOAI_NULL, XEPLOAI_STREAM};

pub(crate) type Reader = Box<dyn RecordBatchReader + Send>;

/// The table of a stream of the caller's, which is moved out of it: what is left there is released.
///
/// # Safety
/// The pointer is NULL or that of a stream as the interface describes it.
pub(crate) unsafe fn incoming(stream: *mut FFI_ArrowArrayStream, name: &'static str) -> Answer<Incoming> {
    if stream.is_null() {
        let expected = told(Message::CallWantedPointer, &[]);
        return Err(Failure::argument(XEPLOAI_NULL, name, expected, &same("NULL")));
    }
    // SAFETY: by the contract.
    let mut stream = unsafe { FFI_ArrowArrayStream::from_raw(stream) };
    let (Some(_), Some(get_schema), Some(_)) = (stream.release(), stream.get_schema(), stream.get_next()) else {
        // What says that it was released has nothing to be released.
        let expected = told(Message::CallWantedStream, &[]);
        return Err(Failure::argument(XEPLOAI_STREAM, name, expected, &told(Message::CallReleased, &[])));
    };
    let mut schema = FFI_ArrowSchema::empty();
    // SAFETY: the stream was not released, and the schema can be written.
    let failed = unsafe { get_schema(&raw mut stream, &raw mut schema) };
    if failed != 0 {
        return Err(Failure::stream(name, &last_error(&mut stream, failed)));
    }
    let field = Field::try_from(&schema).map_err(|error| Failure::stream(name, &error.to_string()))?;
    let DataType::Struct(fields) = field.data_type() else {
        return Err(Failure::stream(name, &format!("expected a table, found {}", field.data_type())));
    };
    let schema = Arc::new(Schema::new(fields.clone()).with_metadata(field.metadata().clone()));
    Ok(Incoming { stream, schema })
}

/// What the stream itself says that went wrong.
fn last_error(stream: &mut FFI_ArrowArrayStream, code: i32) -> String {
    let said = stream.get_last_error().and_then(|get| {
        // SAFETY: the stream was not released and has just failed.
        let text = unsafe { get(std::ptr::from_mut(stream)) };
        // SAFETY: the interface says that it is NULL or a text that ends with a zero byte.
        (!text.is_null()).then(|| unsafe { std::ffi::CStr::from_ptr(text) }.to_string_lossy().into_owned())
    });
    said.filter(|text| !text.is_empty()).unwrap_or_else(|| format!("error {code}"))
}

/// A table as it comes in.
pub(crate) struct Incoming {
    stream: FFI_ArrowArrayStream,
    schema: SchemaRef,
}

impl Incoming {
    /// All of it; a table of no row is a table all the same.
    pub(crate) fn batches(self, name: &str) -> Answer<Vec<RecordBatch>> {
        let schema = self.schema();
        let batches: Result<Vec<RecordBatch>, ArrowError> = self.collect();
        let batches = batches.map_err(|error| Failure::stream(name, &error.to_string()))?;
        Ok(if batches.is_empty() { vec![RecordBatch::new_empty(schema)] } else { batches })
    }

    fn batch(&self, array: FFI_ArrowArray) -> Result<RecordBatch, ArrowError> {
        let table = DataType::Struct(self.schema.fields().clone());
        shape(&array, &table, "")?;
        // SAFETY: its shape is that of the schema; that its buffers are as long as it says, the caller answers for.
        let data = unsafe { from_ffi_and_data_type(array, table) }?;
        let rows = StructArray::from(data);
        if rows.null_count() > 0 {
            let found = rows.null_count();
            return Err(broken(format!("expected rows, found {found} that are null as a whole")));
        }
        for (field, column) in self.schema.fields().iter().zip(rows.columns()) {
            texts(column.as_ref()).map_err(|error| broken(format!("column `{}`: {error}", field.name())))?;
        }
        let len = rows.len();
        let options = RecordBatchOptions::new().with_row_count(Some(len));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), rows.into_parts().1, &options)
    }
}

impl Iterator for Incoming {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let get_next = self.stream.get_next()?;
        let mut array = FFI_ArrowArray::empty();
        // SAFETY: the stream was not released, and the array can be written.
        let failed = unsafe { get_next(&raw mut self.stream, &raw mut array) };
        if failed != 0 {
            return Some(Err(broken(last_error(&mut self.stream, failed))));
        }
        if array.is_released() {
            return None;
        }
        // What is out of every shape may panic within the crate of Arrow.
        Some(caught(|| Ok(self.batch(array))).unwrap_or_else(|failure| Err(broken(failure.message.en))))
    }
}

impl RecordBatchReader for Incoming {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}

fn broken(found: String) -> ArrowError {
    ArrowError::CDataInterface(found)
}

/// Whether an array has the buffers and children that its type needs, and no impossible length.
fn shape(array: &FFI_ArrowArray, kind: &DataType, column: &str) -> Result<(), ArrowError> {
    let part = |part: &str, expected: usize, found: usize| -> Result<(), ArrowError> {
        if expected == found {
            return Ok(());
        }
        let (expected, found) = (expected.to_string(), found.to_string());
        let kind = kind.to_string();
        let values =
            [("column", column), ("type", kind.as_str()), ("expected", &expected), ("part", part), ("found", &found)];
        Err(broken(xeploai::catalogue::fill(Message::CallStreamParts, Language::English, &values)))
    };
    // A negative number comes as a very large one.
    let rows = array.len().checked_add(array.offset()).filter(|rows| *rows < usize::MAX >> 8);
    let Some(rows) = rows else { return part("rows", 0, array.len()) };
    let form = layout(kind);
    let buffers = form.buffers.len() + usize::from(form.can_contain_null_mask);
    let found = array.num_buffers();
    match form.variadic {
        // The last buffer has the lengths of those before it.
        true if found > buffers && found < 1 << 20 => {
            views(array, buffers, found).map_err(|told| broken(format!("column {column}: {told}")))?
        }
        variadic => part("buffers", buffers + usize::from(variadic), found)?,
    }
    match kind {
        DataType::Utf8 | DataType::Binary => offsets::<i32>(array, rows, column)?,
        DataType::LargeUtf8 | DataType::LargeBinary => offsets::<i64>(array, rows, column)?,
        DataType::List(_) | DataType::Map(..) => offsets::<i32>(array, rows, column)?,
        DataType::LargeList(_) => offsets::<i64>(array, rows, column)?,
        _ => {}
    }
    let children: Vec<(&str, &DataType)> = match kind {
        DataType::Struct(fields) => fields.iter().map(|field| (field.name().as_str(), field.data_type())).collect(),
        DataType::List(field)
        | DataType::LargeList(field)
        | DataType::FixedSizeList(field, _)
        | DataType::ListView(field)
        | DataType::LargeListView(field)
        | DataType::Map(field, _) => vec![(column, field.data_type())],
        DataType::Union(fields, _) => {
            fields.iter().map(|(_, field)| (field.name().as_str(), field.data_type())).collect()
        }
        DataType::RunEndEncoded(ends, values) => vec![(column, ends.data_type()), (column, values.data_type())],
        _ => Vec::new(),
    };
    part("children", children.len(), array.num_children())?;
    for (place, (name, child)) in children.into_iter().enumerate() {
        shape(array.child(place), child, name)?;
        if matches!(kind, DataType::Struct(_)) && array.child(place).len() < rows {
            return Err(broken(format!("column {name}: expected {rows} rows, found {}", array.child(place).len())));
        }
    }
    if let (DataType::Dictionary(_, values), Some(dictionary)) = (kind, array.dictionary()) {
        shape(dictionary, values, column)?;
    }
    Ok(())
}

/// Offsets of texts and lists: the last is read to know how long the values are.
fn offsets<T: Copy + Default + PartialOrd>(
    array: &FFI_ArrowArray,
    rows: usize,
    column: &str,
) -> Result<(), ArrowError> {
    if rows == 0 {
        return Ok(());
    }
    let buffer = array.buffer(1).cast::<T>();
    if buffer.is_null() {
        return Err(broken(format!("column {column}: expected offsets, found NULL")));
    }
    // SAFETY: the interface says that there is one offset more than rows; they may stand unaligned.
    let (first, last) = unsafe { (buffer.add(array.offset()).read_unaligned(), buffer.add(rows).read_unaligned()) };
    if first < T::default() || last < first {
        return Err(broken(format!("column {column}: expected offsets that grow from 0, found others")));
    }
    Ok(())
}

/// The lengths of the buffers of views.
fn views(array: &FFI_ArrowArray, first: usize, found: usize) -> Result<(), String> {
    let lengths = array.buffer(found - 1).cast::<i64>();
    let count = found - 1 - first;
    if count > 0 && lengths.is_null() {
        return Err("expected the lengths of the buffers, found NULL".to_owned());
    }
    for place in 0..count {
        // SAFETY: the interface says that there are so many lengths; they may stand unaligned.
        let length = unsafe { lengths.add(place).read_unaligned() };
        if length < 0 || (length > 0 && array.buffer(first + place).is_null()) {
            return Err(format!("expected buffer {place}, found a length of {length}"));
        }
    }
    Ok(())
}

/// Texts that are none would be taken for texts further on.
fn texts(column: &dyn Array) -> Result<(), ArrowError> {
    match column.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => column.to_data().validate_full(),
        DataType::Dictionary(..) => texts(column.as_any_dictionary().values().as_ref()),
        DataType::Struct(_) => column.as_struct().columns().iter().try_for_each(|column| texts(column.as_ref())),
        DataType::List(_) => texts(column.as_list::<i32>().values().as_ref()),
        DataType::LargeList(_) => texts(column.as_list::<i64>().values().as_ref()),
        _ => Ok(()),
    }
}

/// Where a stream goes that the caller releases.
///
/// # Safety
/// The pointer is NULL or can be written.
pub(crate) unsafe fn outgoing<'a>(
    stream: *mut FFI_ArrowArrayStream,
    name: &str,
) -> Answer<Place<'a, FFI_ArrowArrayStream>> {
    // SAFETY: by the contract.
    unsafe { place(stream, FFI_ArrowArrayStream::empty(), name) }
}

/// A stream of batches.
pub(crate) fn exported(reader: Reader) -> FFI_ArrowArrayStream {
    let schema = reader.schema();
    FFI_ArrowArrayStream::new(Box::new(Outgoing { reader, schema }))
}

/// A table as it goes out: no panic leaves it, and its errors are texts that C can hold.
struct Outgoing {
    reader: Reader,
    schema: SchemaRef,
}

impl Iterator for Outgoing {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = match caught(|| Ok(self.reader.next())) {
            Ok(next) => next?,
            Err(failure) => Err(broken(failure.message.en)),
        };
        Some(next.map_err(|error| broken(error.to_string().replace('\0', " "))))
    }
}

impl RecordBatchReader for Outgoing {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}
