"""The records on topics: Avro with Confluent framing, CloudEvents and trace headers, the topic catalogue."""
