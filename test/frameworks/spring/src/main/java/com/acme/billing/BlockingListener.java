package com.acme.billing;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Profile;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.DeadLetterPublishingRecoverer;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.stereotype.Component;
import org.springframework.util.backoff.FixedBackOff;

/** Blocking retries: three attempts, and then the dead letters; a second group fails on those in turn. */
@Component
@Profile("blocking")
public class BlockingListener {
  private final Invoices invoices;

  public BlockingListener(Invoices invoices) {
    this.invoices = invoices;
  }

  @Bean
  static DefaultErrorHandler errorHandler(KafkaTemplate<?, ?> template) {
    return new DefaultErrorHandler(new DeadLetterPublishingRecoverer(template), new FixedBackOff(100, 2));
  }

  @KafkaListener(topics = "spring.blocking", groupId = "billing-blocking")
  public void on(String invoice) {
    invoices.store(invoice);
  }

  @KafkaListener(topics = "spring.blocking-dlt", groupId = "billing-second-look")
  public void lookAgain(String invoice) {
    throw new IllegalStateException("Still no invoice " + invoice.length());
  }
}
