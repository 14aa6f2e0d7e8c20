using System;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Xeploai
{
    /// <summary>
    /// What is known of one subject, without JSON: facts by their places, the outcome as numbers, the same room for one subject
    /// after another. It is meant for one thread at a time; threads that share one wait for each other at each call.
    /// </summary>
    /// <remarks>
    /// Facts that are set are gathered and go to the library together, when it is next asked for something. Facts that do not fit
    /// are no exception: they make the case <see cref="Outcome.Invalid"/>, and so does a fact that is stated twice.
    /// </remarks>
    /// <example>Two facts by their places, then the outcome:<code>
    /// using (Case member = rulebook.NewCase("member"))
    /// {
    ///     int general = member.Fact("score_general"), exempt = member.Fact("exempt_from_activities");
    ///     member.SetDecimal(general, 28.5m);
    ///     member.SetBoolean(exempt, false);
    ///     CaseOutcome found = member.Rate();
    ///     member.Clear();
    /// }
    /// </code></example>
    public sealed class Case : IDisposable
    {
        private const int Missing = 0;
        private const int Boolean = 1;
        private const int Integer = 2;
        private const int Decimal = 3;
        private const int Date = 4;
        private const int Text = 5;

        private static readonly UTF8Encoding Strict = new UTF8Encoding(false, true);
        private static readonly DateTime Epoch = new DateTime(1970, 1, 1);

        private readonly CaseHandle handle;

        // Held by every method, as the facts that were not sent yet are not the library's to guard.
        private readonly object guard = new object();

        // The facts that were not sent yet. The texts lie one after another; a value has the place where its text begins.
        private NativeMethods.Value[] values = new NativeMethods.Value[32];
        private int count;
        private uint highest;
        private byte[] texts = new byte[256];
        private int used;

        internal Case(CaseHandle handle)
        {
            this.handle = handle;
        }

        /// <summary>
        /// Where a fact stands among those of the kind; the same as long as the rulebook has the same digest. Look it up once.
        /// </summary>
        /// <param name="name">The name of the fact.</param>
        /// <returns>The place.</returns>
        /// <exception cref="XeploaiException"><see cref="Status.NotFound"/>: the kind has no such fact.</exception>
        public int Fact(string name)
        {
            byte[] asked = Utf8.Required(name, "name");
            lock (guard)
            {
                uint place;
                IntPtr error;
                int status = NativeMethods.xeploai_case_fact(handle, asked, Utf8.Length(asked), out place, out error);
                Call.Check(status, error);
                return checked((int)place);
            }
        }

        /// <summary>Says that a fact is not known, as null in JSON does.</summary>
        /// <param name="fact">The place of the fact, from <see cref="Fact"/>.</param>
        public void SetMissing(int fact)
        {
            Set(fact, Missing, 0, 0);
        }

        /// <summary>States a fact that is true or false.</summary>
        /// <param name="fact">The place of the fact, from <see cref="Fact"/>.</param>
        /// <param name="value">Its value.</param>
        public void SetBoolean(int fact, bool value)
        {
            Set(fact, Boolean, value ? 1 : 0, 0);
        }

        /// <summary>States a whole number; a fact that is a decimal takes it too.</summary>
        /// <param name="fact">The place of the fact, from <see cref="Fact"/>.</param>
        /// <param name="value">Its value.</param>
        public void SetInteger(int fact, long value)
        {
            Set(fact, Integer, value, 0);
        }

        /// <summary>States a decimal, exactly.</summary>
        /// <param name="fact">The place of the fact, from <see cref="Fact"/>.</param>
        /// <param name="value">Its value, such as 61.99m.</param>
        public void SetDecimal(int fact, decimal value)
        {
            int[] bits = decimal.GetBits(value);
            int scale = (bits[3] >> 16) & 0xFF;
            if (bits[2] == 0 && bits[1] >= 0 && scale <= 18)
            {
                long number = ((long)bits[1] << 32) | (uint)bits[0];
                Set(fact, Decimal, value < 0 ? -number : number, (uint)scale);
            }
            else
            {
                // More digits than the typed value has: as text the library still sees all of them.
                SetText(fact, value.ToString(CultureInfo.InvariantCulture));
            }
        }

        /// <summary>States a decimal as a whole number of its smallest unit: 61.99 is 6199 with the scale 2.</summary>
        /// <param name="fact">The place of the fact, from <see cref="Fact"/>.</param>
        /// <param name="number">The number, which is divided by 10 to the power of the scale.</param>
        /// <param name="scale">The scale, 0 to 18; another one is refused when the facts are sent, with
        /// <see cref="Status.InvalidArgument"/>.</param>
        public void SetDecimal(int fact, long number, int scale)
        {
            Set(fact, Decimal, number, unchecked((uint)scale));
        }

        /// <summary>States a day. The time of the day is not looked at.</summary>
        /// <param name="fact">The place of the fact, from <see cref="Fact"/>.</param>
        /// <param name="day">The day.</param>
        public void SetDate(int fact, DateTime day)
        {
            Set(fact, Date, (day.Date - Epoch).Days, 0);
        }

        /// <summary>States a text: a code, or anything as JSON would have it in quotation marks.</summary>
        /// <param name="fact">The place of the fact, from <see cref="Fact"/>.</param>
        /// <param name="value">The text; passed on unchanged.</param>
        /// <exception cref="XeploaiException">
        /// <see cref="Status.Utf8"/>: the text has half of a pair of surrogates. The fact is not stated.
        /// </exception>
        public void SetText(int fact, string value)
        {
            if (value == null)
            {
                throw new ArgumentNullException("value");
            }
            lock (guard)
            {
                byte[] broken = null;
                int length;
                try
                {
                    length = Strict.GetByteCount(value);
                }
                catch (EncoderFallbackException)
                {
                    // The library refuses it alone, and says where.
                    Send();
                    broken = Utf8.Optional(value);
                    length = broken.Length;
                }
                Prepare(fact, length);
                if (broken == null)
                {
                    Strict.GetBytes(value, 0, value.Length, texts, used);
                }
                else
                {
                    Buffer.BlockCopy(broken, 0, texts, used, length);
                }
                NativeMethods.Value text = new NativeMethods.Value();
                text.Kind = Text;
                text.Number = used;
                text.TextLength = new UIntPtr((uint)length);
                used += length;
                Gather(fact, text);
                if (broken != null)
                {
                    Send();
                }
            }
        }

        /// <summary>States the facts of a JSON object, also lists, beside those that are stated.</summary>
        /// <param name="facts">A JSON object of facts.</param>
        public void SetJson(string facts)
        {
            byte[] known = Utf8.Required(facts, "facts");
            lock (guard)
            {
                Send();
                IntPtr error;
                Call.Check(NativeMethods.xeploai_case_set_json(handle, known, Utf8.Length(known), out error), error);
            }
        }

        /// <summary>Forgets every fact: the case of the next subject.</summary>
        public void Clear()
        {
            lock (guard)
            {
                Forget();
                IntPtr error;
                Call.Check(NativeMethods.xeploai_case_clear(handle, out error), error);
            }
        }

        /// <summary>Rates the case as it is.</summary>
        /// <returns>How it came out.</returns>
        /// <exception cref="XeploaiException">
        /// <see cref="Status.InvalidArgument"/>: a fact was set at a place that there is not, or with a scale that is not 0 to 18;
        /// the message has the number as it was set, also a negative one. None of the facts set since the last call that asked for
        /// something is stated then.
        /// </exception>
        public CaseOutcome Rate()
        {
            return Rate(null);
        }

        /// <summary>Rates the case as it is, and gives its reason code, which says of every rule whether it holds.</summary>
        /// <param name="reasons">
        /// Where the words of the reason code go: at least <see cref="CaseOutcome.ReasonWords"/>. How they are read stands under
        /// <c>reasons</c> in <see cref="Rulebook.Summary"/>. Null where they are not wanted.
        /// </param>
        /// <returns>How it came out.</returns>
        /// <exception cref="XeploaiException">
        /// <see cref="Status.BufferTooSmall"/>: the array is too short. <see cref="Status.InvalidArgument"/>: as of the other form.
        /// </exception>
        public CaseOutcome Rate(ulong[] reasons)
        {
            lock (guard)
            {
                Send();
                NativeMethods.OutcomeOfCase outcome;
                IntPtr error;
                UIntPtr room = new UIntPtr(reasons == null ? 0u : (uint)reasons.Length);
                Call.Check(NativeMethods.xeploai_case_rate(handle, out outcome, reasons, room, out error), error);
                return new CaseOutcome(outcome);
            }
        }

        /// <summary>Rates the case as it is: the whole result as JSON, the same text as every other face gives.</summary>
        /// <returns>The JSON text.</returns>
        public string ToJson()
        {
            return Result(0, Language.English);
        }

        /// <summary>Rates the case as it is: the result in words, as it can be handed to the person rated.</summary>
        /// <param name="language">The language.</param>
        /// <returns>The text.</returns>
        public string Explain(Language language)
        {
            return Result(1, language);
        }

        private string Result(int what, Language language)
        {
            lock (guard)
            {
                Send();
                NativeMethods.Bytes text;
                IntPtr error;
                int status = NativeMethods.xeploai_case_text(handle, what, (int)language, out text, out error);
                return Call.Text(status, ref text, error);
            }
        }

        private void Set(int fact, int kind, long number, uint scale)
        {
            lock (guard)
            {
                Prepare(fact, 0);
                NativeMethods.Value value = new NativeMethods.Value();
                value.Kind = kind;
                value.Number = number;
                value.Scale = scale;
                Gather(fact, value);
            }
        }

        /// <summary>Makes room for one more value and its text, which may mean to send what was gathered.</summary>
        private void Prepare(int fact, int length)
        {
            if (handle.IsClosed)
            {
                throw new ObjectDisposedException("Case");
            }
            // The library takes at most two values for each fact that the kind has, and the kind has at least one fact more
            // than the highest place says: what is more goes in several parts.
            if (count >= 2 * ((long)Math.Max(highest, unchecked((uint)fact)) + 1))
            {
                Send();
            }
            if (count == values.Length)
            {
                Array.Resize(ref values, 2 * count);
            }
            if (texts.Length - used < length)
            {
                Array.Resize(ref texts, Math.Max(checked(used + length), checked(2 * texts.Length)));
            }
        }

        /// <summary>Keeps a value until it is sent. Of a text the number is where it begins.</summary>
        private void Gather(int fact, NativeMethods.Value value)
        {
            value.Fact = unchecked((uint)fact);
            highest = Math.Max(highest, value.Fact);
            values[count] = value;
            count++;
        }

        private void Forget()
        {
            count = 0;
            used = 0;
            highest = 0;
        }

        /// <summary>Sends what was gathered. Where it is refused, all of it is forgotten.</summary>
        private void Send()
        {
            if (count == 0)
            {
                return;
            }
            GCHandle pinned = new GCHandle();
            try
            {
                if (used > 0)
                {
                    pinned = GCHandle.Alloc(texts, GCHandleType.Pinned);
                    IntPtr begin = pinned.AddrOfPinnedObject();
                    for (int place = 0; place < count; place++)
                    {
                        if (values[place].Kind == Text)
                        {
                            values[place].Text = IntPtr.Add(begin, (int)values[place].Number);
                        }
                    }
                }
                IntPtr error;
                Call.Check(NativeMethods.xeploai_case_set(handle, values, new UIntPtr((uint)count), out error), error);
            }
            catch (XeploaiException refused)
            {
                throw AsSet(refused);
            }
            finally
            {
                Forget();
                if (pinned.IsAllocated)
                {
                    pinned.Free();
                }
            }
        }

        /// <summary>A refusal with the number as it was set: the library sees 32 bits without a sign.</summary>
        private XeploaiException AsSet(XeploaiException refused)
        {
            for (int place = 0; place < count; place++)
            {
                string value = "values/" + place;
                if (refused.Place == value + "/fact")
                {
                    return refused.Signed(values[place].Fact);
                }
                if (refused.Place == value + "/scale")
                {
                    return refused.Signed(values[place].Scale);
                }
            }
            return refused;
        }

        /// <summary>Frees it.</summary>
        public void Dispose()
        {
            handle.Dispose();
        }
    }
}
