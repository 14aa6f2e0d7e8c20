package vn.xeploai;

/** The languages of explanations, pages and messages. */
public enum Language {
    /** Vietnamese. */
    VIETNAMESE,
    /** English. */
    ENGLISH
}
