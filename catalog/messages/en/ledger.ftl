
### ledger
