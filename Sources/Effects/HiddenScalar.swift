extension Unicode.Scalar {
  /// Whether nobody sees it and a model reads it all the same, or it turns around how a person reads what stands near it:
  /// what Unicode lets every font leave out (Default_Ignorable_Code_Point: what has no width, Hangul's fillers, variation
  /// selectors, tags), marks of direction (Bidi_Control), controls, what has no sign of its own, and the blank of Braille.
  ///
  /// Line break and tab are seen. Joiners and variation selectors are hidden too, though some scripts and emoji are the poorer
  /// without: whoever can take them says so.
  package var isHidden: Bool {
    if self == "\n" || self == "\t" || (0x20..<0x7F).contains(value) { return false }
    if properties.isDefaultIgnorableCodePoint || properties.isBidiControl { return true }
    return switch properties.generalCategory {
    case .control, .format, .privateUse, .surrogate, .unassigned, .lineSeparator, .paragraphSeparator: true
    default: self == "\u{2800}"
    }
  }
}
