
### official
