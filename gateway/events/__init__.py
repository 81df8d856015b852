"""What stands on the topics: Avro with Confluent framing, CloudEvents and trace headers, the topic catalogue."""
