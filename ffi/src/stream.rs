//! Tables of Arrow in and out through its C stream interface.
//!
//! The interface trusts whoever hands a table over. Here the shape of what comes is compared with what its schema says
//! before it is read, and texts are looked through, so that a stream that lies ends as an error.

use std::sync::Arc;

use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi_and_data_type};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{Array, RecordBatch, RecordBatchOptions, RecordBatchReader, StructArray};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use xeploai::catalogue::Message;

use crate::error::{Failure, same, told};
use crate::handle::{Answer, Place, caught, place};
use crate::shape;
use crate::status::{XEPLOAI_NULL, XEPLOAI_STREAM};

pub(crate) type Reader = Box<dyn RecordBatchReader + Send>;

/// A stream of the caller's, moved out: what is left there is released.
///
/// # Safety
/// The pointer is NULL or that of a stream as the interface describes it.
pub(crate) unsafe fn moved(stream: *mut FFI_ArrowArrayStream, name: &'static str) -> Answer<FFI_ArrowArrayStream> {
    if stream.is_null() {
        let expected = told(Message::CallWantedPointer, &[]);
        return Err(Failure::argument(XEPLOAI_NULL, name, expected, &same("NULL")));
    }
    // SAFETY: by the contract.
    Ok(unsafe { FFI_ArrowArrayStream::from_raw(stream) })
}

/// The table of a stream.
pub(crate) fn opened(mut stream: FFI_ArrowArrayStream, name: &'static str) -> Answer<Incoming> {
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
    shape::schema(&schema).map_err(|found| Failure::stream(name, &found))?;
    let field = Field::try_from(&schema).map_err(|error| Failure::stream(name, &error.to_string()))?;
    shape::sizes(field.data_type()).map_err(|found| Failure::stream(name, &found))?;
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
        shape::array(&array, &table).map_err(broken)?;
        // SAFETY: its shape is that of the schema; that its buffers are as long as it says, the caller answers for.
        let data = unsafe { from_ffi_and_data_type(array, table) }?;
        for (field, column) in self.schema.fields().iter().zip(data.child_data()) {
            let looked_at = match column.data_type() {
                kind if kind.is_primitive() => column.validate(),
                DataType::Boolean | DataType::Null => column.validate(),
                // Offsets, keys, views and texts are looked at one by one: further on they are taken for what they should be.
                _ => column.validate_full(),
            };
            looked_at.map_err(|error| broken(format!("column {}: {error}", field.name())))?;
        }
        let rows = StructArray::from(data);
        if rows.null_count() > 0 {
            let found = rows.null_count();
            return Err(broken(format!("expected rows, found {found} that are null as a whole")));
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
        // A panic within the crate of Arrow is a batch that it cannot take.
        Some(caught(|| Ok(self.batch(array))).unwrap_or_else(|failure| Err(broken(failure.message.en.clone()))))
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
            Err(failure) => Err(broken(failure.message.en.clone())),
        };
        Some(next.map_err(|error| match error {
            // The text of it is written with a name of its own in front.
            ArrowError::CDataInterface(told) => broken(told.replace('\0', " ")),
            error => broken(error.to_string().replace('\0', " ")),
        }))
    }
}

impl RecordBatchReader for Outgoing {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}
