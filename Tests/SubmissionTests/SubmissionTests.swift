import Testing

/// One after the other: real servers are waited for on threads that the fake ones need.
@Suite(.serialized) enum SubmissionTests {}
