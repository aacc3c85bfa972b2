import NNIReports
import Testing

@Suite struct ReportLedgerTests {
  @Test func balances() {
    let ledger = ReportLedger(score: 10, reference: 2, sum: 6)
    #expect(ledger.residual == 2)
    #expect(ledger.residualShare == 0.25)
  }

  @Test func survivesNothingToExplain() {
    #expect(ReportLedger(score: 0, sum: 0).residualShare == 0)
    #expect(ReportLedger(score: 0, sum: 1).residualShare == .infinity)
  }
}
