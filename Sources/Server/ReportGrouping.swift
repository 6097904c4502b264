import Account

/// What an account is listed by. The policy's groups of people have the same short name.
typealias ReportGrouping = Grouping
