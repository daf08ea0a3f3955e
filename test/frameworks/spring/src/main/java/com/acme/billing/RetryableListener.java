package com.acme.billing;

import org.springframework.context.annotation.Profile;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.annotation.RetryableTopic;
import org.springframework.retry.annotation.Backoff;
import org.springframework.stereotype.Component;

/** Non-blocking retries: three attempts over two retry topics, and then the dead letters. */
@Component
@Profile("retryable")
public class RetryableListener {
  private final Invoices invoices;

  public RetryableListener(Invoices invoices) {
    this.invoices = invoices;
  }

  @RetryableTopic(attempts = "3", backoff = @Backoff(delay = 500, multiplier = 2))
  @KafkaListener(topics = "spring.retryable", groupId = "billing-retryable")
  public void on(String invoice) {
    invoices.store(invoice);
  }
}
